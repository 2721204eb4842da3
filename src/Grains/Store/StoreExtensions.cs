using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>Builds a silo, or a client, on the cluster's store.</summary>
public static class StoreExtensions
{
    /// <summary>The name of the grain storage, which is the default one too.</summary>
    public const string StorageName = "store";

    /// <summary>
    /// Membership, grain state and reminders in the store, every timeout said; offers <see cref="ClusterStore"/> and its
    /// <see cref="IConnectionMultiplexer"/> as services. The store stays the caller's: it is closed after the silo.
    /// </summary>
    public static ISiloBuilder UseClusterStore(this ISiloBuilder builder, ClusterStore store)
    {
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(store.Options);
        builder.Services.AddSingleton(store.Connection);
        return builder
            .Configure<ClusterOptions>(options => Name(options, store.Options))
            .Configure<ClusterMembershipOptions>(SetMembership)
            .Configure<ReminderOptions>(options => options.InitializationTimeout = TimeSpan.FromSeconds(30))
            .UseRedisClustering(options => options.ConfigurationOptions = store.ToConfiguration())
            .AddRedisGrainStorage(StorageName, options => options.ConfigurationOptions = store.ToConfiguration())
            .AddRedisGrainStorageAsDefault(options => options.ConfigurationOptions = store.ToConfiguration())
            .UseRedisReminderService(options => options.ConfigurationOptions = store.ToConfiguration());
    }

    /// <summary>A client that finds the silos in the store.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="options">The store; its connection string must be given.</param>
    /// <exception cref="StoreException">The options name no server.</exception>
    public static IClientBuilder UseClusterStore(this IClientBuilder builder, StoreOptions options)
    {
        options.Validate();
        if (options.IsEmbedded)
        {
            throw new StoreException($"A client needs the store's address: {nameof(StoreOptions.ConnectionString)} is empty.");
        }

        return builder
            .Configure<ClusterOptions>(cluster => Name(cluster, options))
            .UseRedisClustering(clustering => clustering.ConfigurationOptions = options.ToConfiguration(options.ConnectionString!));
    }

    private static void Name(ClusterOptions options, StoreOptions store) => (options.ServiceId, options.ClusterId) = (store.ServiceId, store.ClusterId);

    private static void SetMembership(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(3);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.DeathVoteExpirationTimeout = TimeSpan.FromMinutes(2);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }
}
