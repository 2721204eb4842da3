using System.Globalization;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Illustration;

/// <summary>How long pictures have taken in this cluster, from asking to the picture, by weights and denoising steps.</summary>
/// <param name="connection">The store.</param>
/// <param name="options">What its keys begin with.</param>
public sealed class PaintRates(IConnectionMultiplexer connection, StoreOptions options)
{
    private readonly IDatabase _database = connection.GetDatabase();

    private RedisKey Key => $"{options.KeyPrefix}/paint-rates";

    /// <summary>Counts a picture. What cannot be counted now is not counted.</summary>
    public async Task AddAsync(string model, int steps, double seconds)
    {
        try
        {
            var field = Field(model, steps);
            await _database.HashIncrementAsync(Key, field + ":count", 1);
            await _database.HashIncrementAsync(Key, field + ":milliseconds", (long)(1000 * seconds));
        }
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem))
        {
            // a rate is a figure to estimate with, nothing that was promised
        }
    }

    /// <summary>Seconds of a picture on average, and of how many; null where none was painted with these weights and steps.</summary>
    public async Task<(double Seconds, long Count)?> FindAsync(string model, int steps)
    {
        var field = Field(model, steps);
        var found = await _database.HashGetAsync(Key, [field + ":count", field + ":milliseconds"]);
        return found[0].IsNull || (long)found[0] == 0 ? null : ((double)found[1] / (long)found[0] / 1000, (long)found[0]);
    }

    private static string Field(string model, int steps) => string.Create(CultureInfo.InvariantCulture, $"{model}:{steps}");
}
