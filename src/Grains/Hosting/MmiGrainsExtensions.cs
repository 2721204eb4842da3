using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat;
using MmiGrains.Grains.Illustration;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Training;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using Orleans.Configuration;

namespace MmiGrains.Grains.Hosting;

/// <summary>The one entry point for a silo.</summary>
public static class MmiGrainsExtensions
{
    private const int LargestMessage = 64 << 20;
    private const int MostQueuedCalls = 1000;
    private const int MostKnownPlaces = 100_000; // 230 bytes each; one that is forgotten is asked for again

    /// <summary>
    /// Makes a silo of the cluster: its store, its roles and its device. Every default of Orleans that a promise depends on is said here.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="store">The open store; it stays the caller's.</param>
    /// <param name="device">What the silo offers and with what.</param>
    /// <param name="chat">Limits of conversations; null for the defaults.</param>
    public static ISiloBuilder AddMmiGrains(this ISiloBuilder builder, ClusterStore store, DeviceOptions device, ChatOptions? chat = null)
    {
        builder.UseClusterStore(store).UseRoles(device.Roles);
        builder
            .Configure<SiloMessagingOptions>(options =>
            {
                options.ResponseTimeout = TimeSpan.FromSeconds(10); // a stream without news sends a sign of life after half of it
                options.SystemResponseTimeout = TimeSpan.FromSeconds(10);
                options.CancelRequestOnTimeout = true;
                options.WaitForCancellationAcknowledgement = false;
                options.MaxMessageBodySize = LargestMessage;
                options.MaxEnqueuedRequestsSoftLimit = MostQueuedCalls / 2;
                options.MaxEnqueuedRequestsHardLimit = MostQueuedCalls;
            })
            .Configure<GrainDirectoryOptions>(options => options.CacheSize = MostKnownPlaces)
            .Configure<LoadSheddingOptions>(options => options.LoadSheddingEnabled = false) // admission is by our own counts, before anything is journaled
            .Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionAge = TimeSpan.FromMinutes(15);
                options.CollectionQuantum = TimeSpan.FromMinutes(1);
                options.DeactivationTimeout = TimeSpan.FromSeconds(20);
                options.EnableActivationSheddingOnMemoryPressure = false; // native bytes are counted where they are held
            });

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(device));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(chat ?? new ChatOptions()));
        services.TryAddSingleton<ITurnMeter, NoTurnMeter>();
        services.AddSingleton<OpenSpans>();
        if (device.SpillFolder is { } folder)
        {
            services.AddSingleton<IPyramidSpill>(_ => new DiskPyramidSpill(folder, device.SpillBytes));
        }

        services.AddSingleton(provider => SiloFeatures.CreateCache(device.FeatureBytes, provider.GetService<IPyramidSpill>()));
        services.AddSingleton(provider => new FeatureResolver(provider.GetRequiredService<FeatureCache>(), provider.GetRequiredService<IGrainFactory>()));
        services.AddSingleton<EncoderChoice>();
        services.AddSingleton<IImageStore>(_ => new RedisImageStore(store.Connection, store.Options.KeyPrefix));
        services.AddSingleton<DeviceHost>();
        services.AddSingleton<IEncoderDevices>(provider => provider.GetRequiredService<DeviceHost>());
        services.AddHostedService(provider => provider.GetRequiredService<DeviceHost>());
        services.AddSingleton(_ => new ClusterSecret(store.Connection, store.Options.KeyPrefix)).AddSingleton<SessionNames>().AddSingleton<WorkerChoice>();
        services.AddSingleton<OpenSessions>();
        services.AddSingleton(_ => new SessionIndex(store.Connection, store.Options.KeyPrefix));
        services.TryAddSingleton(new JobOptions());
        services.AddSingleton<DocumentStore>().AddSingleton<JobIndex>().AddSingleton<PaintRates>().AddSingleton<JobWebhook>();
        services.AddHostedService<JobReviver>();
        services.AddTraining();
        services.AddSingleton<SessionReviver>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionReviver>());
        return builder;
    }
}
