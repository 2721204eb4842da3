using System.CommandLine;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Silo.Commands;

/// <summary>Which store a command works on: a Redis, or the embedded one, also while a silo of this machine has it.</summary>
internal static class StoreChoice
{
    private static readonly Option<string> Redis = new("--redis") { Description = "The Redis server of the silos; without it, the store inside a silo of this machine.", HelpName = "HOST" };
    private static readonly Option<string> Data = new("--data") { Description = "Folder of the store inside a silo.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("data", "store") };
    private static readonly Option<string> Cluster = new("--cluster") { Description = "The cluster's name.", HelpName = "NAME", DefaultValueFactory = _ => "mmi" };

    public static void AddTo(Command command)
    {
        command.Add(Redis);
        command.Add(Data);
        command.Add(Cluster);
    }

    /// <summary>Works on the store that was named.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static async Task<T> UseAsync<T>(ParseResult given, Func<IConnectionMultiplexer, string, Task<T>> work, CancellationToken cancellation)
    {
        var options = new StoreOptions
        {
            ConnectionString = given.GetValue(Redis),
            DataFolder = given.GetValue(Data)!,
            ClusterId = given.GetValue(Cluster)!,
            ServiceId = given.GetValue(Cluster)!,
            KeyPrefix = given.GetValue(Cluster)!,
            AllowUnsafePersistence = true, // what it keeps is the silos' to judge
        };
        if (options.IsEmbedded && EmbeddedStore.FindRunning(options.DataFolder) is { } address)
        {
            options.Validate();
            await using var running = await ConnectionMultiplexer.ConnectAsync(options.ToConfiguration(address)).WaitAsync(cancellation);
            return await work(running, options.KeyPrefix);
        }

        await using var store = await ClusterStore.OpenAsync(options, cancellationToken: cancellation);
        return await work(store.Connection, options.KeyPrefix);
    }
}
