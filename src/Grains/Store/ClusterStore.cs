using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>The cluster's store, checked and connected: a server that was named, or the embedded one. Opened before the silo, closed after it.</summary>
public sealed class ClusterStore : IAsyncDisposable
{
    private readonly EmbeddedStore? _embedded;

    private ClusterStore(StoreOptions options, EmbeddedStore? embedded, string connectionString, ConnectionMultiplexer connection, StoreFindings findings) =>
        (Options, _embedded, ConnectionString, Connection, Findings) = (options, embedded, connectionString, connection, findings);

    /// <summary>What it was opened with.</summary>
    public StoreOptions Options { get; }

    /// <summary>How a client of this machine reaches it.</summary>
    public string ConnectionString { get; }

    /// <summary>The connection that journals use.</summary>
    public IConnectionMultiplexer Connection { get; }

    /// <summary>What the check found.</summary>
    public StoreFindings Findings { get; }

    /// <summary>Starts the embedded store where no server is named, then connects and checks.</summary>
    /// <exception cref="StoreException">It cannot be used; one sentence says why.</exception>
    public static async Task<ClusterStore> OpenAsync(StoreOptions options, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var embedded = options.IsEmbedded ? EmbeddedStore.Start(options, loggers) : null;
        try
        {
            var address = embedded?.ConnectionString ?? options.ConnectionString!;
            var (connection, findings) = await StoreCheck.ConnectAsync(options, address, cancellationToken);
            return new ClusterStore(options, embedded, address, connection, findings);
        }
        catch
        {
            embedded?.Dispose();
            throw;
        }
    }

    /// <summary>How another connection to it is made, with every timeout said.</summary>
    public ConfigurationOptions ToConfiguration() => Options.ToConfiguration(ConnectionString);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _embedded?.Dispose();
    }
}
