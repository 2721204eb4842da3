using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>Where the cluster keeps what must survive: a Redis server, or a store of its own inside this process.</summary>
public sealed partial record StoreOptions
{
    /// <summary>The option that lets a server be used that may lose acknowledged writes; sentences of <see cref="StoreCheck"/> name it.</summary>
    public const string AllowUnsafeFlag = "--allow-unsafe-store";

    /// <summary>StackExchange.Redis' form, <c>host:port,password=…,ssl=true</c>; none for the embedded store.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The embedded store's files; made when missing. One process at a time may use it.</summary>
    public string DataFolder { get; init; } = Path.Combine("data", "store");

    /// <summary>The embedded store's port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Bytes that the embedded store keeps in memory; what is more lies on disk alone.</summary>
    public long EmbeddedMemoryBytes { get; init; } = 512L << 20;

    /// <summary>The embedded store writes a checkpoint, and drops the log before it, when the log has grown by so many bytes.</summary>
    public long EmbeddedLogBytes { get; init; } = 512L << 20;

    /// <summary>How long the start may wait for the store.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one command may take until its outcome counts as unknown.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Accepts a server that may lose acknowledged writes, and one that cannot be asked.</summary>
    public bool AllowUnsafePersistence { get; init; }

    /// <summary>What the journals' keys begin with.</summary>
    public string KeyPrefix { get; init; } = "mmi";

    /// <summary>Names the service: silos of one id share grain state and reminders, over all deployments.</summary>
    public string ServiceId { get; init; } = "mmi";

    /// <summary>Names the cluster: silos of one id find each other.</summary>
    public string ClusterId { get; init; } = "mmi";

    /// <summary>Whether the store runs inside this process.</summary>
    public bool IsEmbedded => string.IsNullOrWhiteSpace(ConnectionString);

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="StoreException">A sentence that names the option, its limit and its value.</exception>
    public void Validate()
    {
        Require(Port is >= 0 and <= 65535, nameof(Port), "between 0 and 65535", Port);
        Require(EmbeddedMemoryBytes is >= 64L << 20 and <= 1L << 40, nameof(EmbeddedMemoryBytes), "between 64 MiB and 1 TiB", EmbeddedMemoryBytes);
        Require(EmbeddedLogBytes is >= 1L << 20 and <= 1L << 40, nameof(EmbeddedLogBytes), "between 1 MiB and 1 TiB", EmbeddedLogBytes);
        RequireTime(ConnectTimeout, nameof(ConnectTimeout));
        RequireTime(CommandTimeout, nameof(CommandTimeout));
        Require(IsName(KeyPrefix), nameof(KeyPrefix), "1 to 64 letters, digits, '-', '_' or '.'", $"'{KeyPrefix}'");
        Require(IsName(ServiceId), nameof(ServiceId), "1 to 64 letters, digits, '-', '_' or '.'", $"'{ServiceId}'");
        Require(IsName(ClusterId), nameof(ClusterId), "1 to 64 letters, digits, '-', '_' or '.'", $"'{ClusterId}'");
        Require(!IsEmbedded || !string.IsNullOrWhiteSpace(DataFolder), nameof(DataFolder), "a folder", $"'{DataFolder}'");
        if (!IsEmbedded)
        {
            _ = ToConfiguration(ConnectionString!);
        }
    }

    /// <summary>How a client connects, with every timeout said.</summary>
    /// <param name="connectionString">Where to; for the embedded store the one that it gives.</param>
    /// <exception cref="StoreException">The connection string is malformed.</exception>
    public ConfigurationOptions ToConfiguration(string connectionString)
    {
        ConfigurationOptions configuration;
        try
        {
            configuration = string.IsNullOrWhiteSpace(connectionString) ? new ConfigurationOptions() : ConfigurationOptions.Parse(connectionString);
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            throw new StoreException($"The store's connection string cannot be read: {problem.Message}", problem);
        }

        if (configuration.EndPoints.Count == 0)
        {
            throw new StoreException("The store's connection string names no server; its form is host:port,password=...,ssl=true.");
        }

        configuration.ClientName = "mmigrains";
        configuration.AbortOnConnectFail = true;
        configuration.ConnectRetry = 1;
        configuration.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        configuration.AsyncTimeout = configuration.SyncTimeout = (int)CommandTimeout.TotalMilliseconds;
        configuration.KeepAlive = 10;
        // The library looks for commands that are overdue once in an interval.
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(Math.Clamp(CommandTimeout.TotalMilliseconds / 10, 50, 1000));
        configuration.ReconnectRetryPolicy = new ExponentialRetry(100, 2000);
        // A command that was not sent while the connection was down fails at once: whoever waits decides, and nothing is sent late.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.IncludeDetailInExceptions = false;
        return configuration;
    }

    private static void RequireTime(TimeSpan value, string name) =>
        Require(value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromMinutes(5), name, "between 100 ms and 5 minutes", $"{value.TotalSeconds:G6} s");

    private static void Require(bool holds, string name, string limit, object value)
    {
        if (!holds)
        {
            throw new StoreException($"The store's option {name} must be {limit}; it is {value}.");
        }
    }

    private static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();
}
