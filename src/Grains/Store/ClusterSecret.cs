using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>32 random bytes that only this cluster has: made once, read by all. What is derived from them is each for one purpose.</summary>
/// <param name="connection">The store.</param>
/// <param name="prefix">What the store's keys begin with.</param>
public sealed class ClusterSecret(IConnectionMultiplexer connection, string prefix)
{
    private readonly IDatabase _database = connection.GetDatabase();
    private readonly RedisKey _key = $"{prefix}/access/secret";

    /// <summary>A key for one purpose.</summary>
    /// <param name="purpose">Says which.</param>
    /// <exception cref="StoreException">The store did not answer, or has no secret of 32 bytes.</exception>
    public async Task<byte[]> DeriveAsync(string purpose) => HMACSHA256.HashData(await StoreCommand.ConfirmAsync(ReadAsync(), "the cluster's secret"), Encoding.UTF8.GetBytes(purpose));

    private async Task<byte[]> ReadAsync()
    {
        if (!await _database.KeyExistsAsync(_key))
        {
            await _database.StringSetAsync(_key, RandomNumberGenerator.GetBytes(32), when: When.NotExists);
        }

        return (byte[]?)await _database.StringGetAsync(_key) is { Length: 32 } secret ? secret
            : throw new StoreException("The store's secret for API keys, signed addresses and names of conversations is missing or damaged.");
    }
}
