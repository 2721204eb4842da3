using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>Looks at a store before anything is built on it: that it answers, and that it keeps what it acknowledges.</summary>
public static class StoreCheck
{
    private const string Override = StoreOptions.AllowUnsafeFlag;

    /// <summary>Connects and checks, within the connect timeout.</summary>
    /// <param name="options">Where, and whether an unsafe server is accepted.</param>
    /// <param name="connectionString">The address; the embedded store gives its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection, which is the caller's, and what was found on each server that takes writes.</returns>
    /// <exception cref="StoreException">A sentence that says what is wrong with which setting, and what its value is.</exception>
    public static async Task<(ConnectionMultiplexer Connection, StoreFindings Findings)> ConnectAsync(
        StoreOptions options, string connectionString, CancellationToken cancellationToken = default)
    {
        var configuration = options.ToConfiguration(connectionString);
        var patience = new StorePatience(options.ConnectTimeout);
        foreach (var endPoint in configuration.EndPoints)
        {
            await StoreProbe.RequireAnswerAsync(configuration, endPoint, patience, cancellationToken);
        }

        var connection = await ConnectAsync(configuration, patience, cancellationToken);
        try
        {
            return (connection, await FindAsync(connection, options, patience, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The probe waits for a server that reads its log back; where it cannot ask, behind TLS, or a server ended meanwhile, it shows here.
    private static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration, StorePatience patience, CancellationToken cancellationToken)
    {
        var place = StoreProbe.Name(configuration.EndPoints[0]);
        while (true)
        {
            using var log = new StringWriter();
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(configuration, log).WaitAsync(patience.Limit + patience.Limit, cancellationToken);
            }
            catch (RedisException) when (StorePatience.IsLoading(log.ToString()))
            {
                await patience.WaitAsync(place, cancellationToken);
            }
            catch (Exception problem) when (problem is RedisException or TimeoutException)
            {
                throw new StoreException($"The store at {place} does not let us in: {problem.Message}", problem);
            }
        }
    }

    private static async Task<StoreFindings> FindAsync(
        ConnectionMultiplexer connection, StoreOptions options, StorePatience patience, CancellationToken cancellationToken)
    {
        StoreFindings? first = null;
        foreach (var server in connection.GetServers().Where(server => server.IsConnected))
        {
            var found = await FindAsync(server, options, patience, cancellationToken);
            first ??= found;
        }

        return first ?? throw new StoreException("The store has no server that takes writes.");
    }

    private static async Task<StoreFindings> FindAsync(IServer server, StoreOptions options, StorePatience patience, CancellationToken cancellationToken)
    {
        var place = StoreProbe.Name(server.EndPoint);
        var info = await LoadedInfoAsync(server, place, patience, cancellationToken);
        var kind = info["garnet_version"] is null ? StoreKind.Redis : StoreKind.Garnet;
        var version = info["garnet_version"] ?? info["redis_version"] ?? "unknown";
        if (info["role"] is "slave" or "replica")
        {
            throw new StoreException($"The store at {place} is a replica (role {info["role"]}); it takes no writes.");
        }

        var warnings = new List<string>();
        var isLogged = await IsLoggedAsync(server, info);
        var policy = await SettingAsync(server, "maxmemory-policy") ?? info["maxmemory_policy"];
        var flush = isLogged == true ? await SettingAsync(server, "appendfsync") : null;
        void Doubt(string sentence)
        {
            if (!options.AllowUnsafePersistence)
            {
                throw new StoreException($"{sentence}; {Override} accepts it.");
            }

            warnings.Add(sentence + ".");
        }

        if (isLogged != true)
        {
            Doubt(isLogged is null
                ? $"The store at {place} does not say whether it has appendonly yes, without which it loses acknowledged writes when it ends"
                : $"The store at {place} has appendonly no and loses acknowledged writes when it ends; appendonly yes is needed");
        }

        // Garnet evicts nothing that it can put on disk and knows no policy.
        if (kind == StoreKind.Redis && policy is not "noeviction")
        {
            Doubt(policy is null
                ? $"The store at {place} does not say whether it has maxmemory-policy noeviction, without which it drops sessions when memory is full"
                : $"The store at {place} has maxmemory-policy {policy} and drops sessions when memory is full; maxmemory-policy noeviction is needed");
        }

        if (flush == "no")
        {
            Doubt($"The store at {place} has appendfsync no and loses the last half minute of acknowledged writes at a power cut; appendfsync always or everysec is needed");
        }
        else if (flush == "everysec")
        {
            warnings.Add($"The store at {place} has appendfsync everysec: a power cut can cost the last second or two of acknowledged writes; appendfsync always costs none.");
        }

        if (kind == StoreKind.Garnet)
        {
            warnings.Add($"The store at {place} is Garnet, which writes its log before it answers and does not flush the drive's cache: a power cut can cost the last seconds of acknowledged writes.");
        }

        if (info["aof_last_write_status"] is { } status and not "ok")
        {
            throw new StoreException($"The store at {place} cannot write its log (aof_last_write_status is {status}); its disk may be full.");
        }

        return new StoreFindings(kind, version, place, isLogged == true, flush == "always", policy, warnings);
    }

    // INFO and CONFIG GET by name: the typed calls ask for a client that may change things.
    private static async Task<StoreInfo> LoadedInfoAsync(IServer server, string place, StorePatience patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var info = StoreInfo.Parse((string?)await server.ExecuteAsync("INFO"));
                if (info["loading"] is null or "0")
                {
                    return info;
                }
            }
            catch (Exception problem) when (problem is RedisException or TimeoutException)
            {
                if (patience.IsOver && !StorePatience.IsLoading(problem.Message))
                {
                    throw new StoreException($"The store at {place} does not answer INFO: {problem.Message}", problem);
                }
            }

            await patience.WaitAsync(place, cancellationToken);
        }
    }

    // A hosted server may forbid CONFIG; INFO says the same.
    private static async Task<bool?> IsLoggedAsync(IServer server, StoreInfo info) =>
        (info["aof_enabled"], await SettingAsync(server, "appendonly")) switch
        {
            ("1", _) or (_, "yes") => true,
            ("0", _) or (_, "no") => false,
            _ => null,
        };

    private static async Task<string?> SettingAsync(IServer server, string name)
    {
        try
        {
            var answer = (string?[]?)await server.ExecuteAsync("CONFIG", "GET", name);
            return answer is [_, { } value, ..] ? value : null;
        }
        catch (RedisServerException)
        {
            return null;
        }
    }
}
