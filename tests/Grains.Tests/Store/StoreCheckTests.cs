using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Store;

public sealed class StoreCheckTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Both_stores_are_recognised_and_keep_what_they_acknowledge()
    {
        var (redis, embedded) = (stores[Backend.Redis].Findings, stores[Backend.Embedded].Findings);
        Assert.Equal((StoreKind.Redis, true, true, "noeviction"), (redis.Kind, redis.SurvivesCrash, redis.SurvivesPowerLoss, redis.EvictionPolicy));
        Assert.Equal((StoreKind.Garnet, "2.2.8", true, false), (embedded.Kind, embedded.Version, embedded.SurvivesCrash, embedded.SurvivesPowerLoss));
        Assert.Empty(redis.Warnings);
        Assert.Contains("does not flush the drive's cache", Assert.Single(embedded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_absent_is_one_sentence_within_ten_seconds()
    {
        var port = FreePort.Next();
        var sentence = await RefusalAsync($"127.0.0.1:{port}");
        Assert.StartsWith($"The store at 127.0.0.1:{port} cannot be reached: Connection refused", sentence, StringComparison.Ordinal);
        Assert.StartsWith("The store at no-such-host.invalid:6379 cannot be reached:", await RefusalAsync("no-such-host.invalid:6379"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        Assert.Equal($"The store at {address} did not answer within 1 s.", await RefusalAsync(address, options => options with { ConnectTimeout = TimeSpan.FromSeconds(1) }));
    }

    [Theory, InlineData(0, ""), InlineData(0, "secret"), InlineData(1, "")]
    public async Task A_server_that_reads_its_log_back_is_waited_for(int firstRefused, string password)
    {
        using var server = await RedisServer.RunAsync(password.Length > 0 ? ["--requirepass", password] : []);
        using var front = new LoadingFront(server.ConnectionString, connection => connection >= firstRefused && connection < firstRefused + 4).Start();
        var address = front.ConnectionString + (password.Length > 0 ? $",password={password}" : "");
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = address }, null, Cancellation);
        Assert.Equal((StoreKind.Redis, 4), (store.Findings.Kind, front.Refused));
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task A_server_that_reads_its_log_back_for_too_long_is_refused_with_one_sentence(int firstRefused)
    {
        using var front = new LoadingFront(stores[Backend.Redis].ConnectionString, connection => connection >= firstRefused).Start();
        Assert.Equal(
            $"The store at {front.ConnectionString} was still reading its log back after 1 s.",
            await RefusalAsync(front.ConnectionString, options => options with { ConnectTimeout = TimeSpan.FromSeconds(1) }));
    }

    [Fact]
    public async Task Passwords_are_named_as_what_is_wrong()
    {
        using var server = await RedisServer.RunAsync("--requirepass", "secret");
        var place = server.ConnectionString;
        Assert.Equal($"The store at {place} asks for a password; password=... in the connection string gives it.", await RefusalAsync(place));
        Assert.Equal($"The store at {place} refuses the password.", await RefusalAsync($"{place},password=guess"));
        Assert.Equal($"The store at {place} refuses the password of the user 'someone'.", await RefusalAsync($"{place},user=someone,password=secret"));
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = $"{place},password=secret" }, null, Cancellation);
        Assert.Equal(StoreKind.Redis, store.Findings.Kind);
    }

    [Fact]
    public async Task Tls_on_one_side_alone_is_named()
    {
        using var plain = await RedisServer.RunAsync();
        Assert.Equal(
            $"The store at {plain.ConnectionString} speaks no TLS; the connection string asks for it with ssl=true.", await RefusalAsync($"{plain.ConnectionString},ssl=true"));

        using var folder = new TemporaryFolder();
        WriteCertificate(folder);
        var port = FreePort.Next();
        using var secure = new RedisServer(
            "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", folder.File("cert.pem"), "--tls-key-file", folder.File("key.pem"), "--tls-ca-cert-file", folder.File("cert.pem"),
            "--tls-auth-clients", "no")
        { Port = port };
        await secure.StartAsync();
        Assert.Matches("(speaks TLS|may speak TLS).*ssl=true", await RefusalAsync($"127.0.0.1:{port}"));
        Assert.StartsWith($"The store at 127.0.0.1:{port} does not let us in:", await RefusalAsync($"127.0.0.1:{port},ssl=true"), StringComparison.Ordinal); // nobody vouches for it
    }

    [Theory]
    [InlineData("--appendonly no", "has appendonly no and loses acknowledged writes when it ends; appendonly yes is needed")]
    [InlineData("--maxmemory-policy allkeys-lru", "has maxmemory-policy allkeys-lru and drops sessions when memory is full; maxmemory-policy noeviction is needed")]
    [InlineData("--appendfsync no", "has appendfsync no and loses the last half minute of acknowledged writes at a power cut; appendfsync always or everysec is needed")]
    public async Task A_server_that_loses_what_it_acknowledged_is_refused_unless_told_otherwise(string setting, string problem)
    {
        using var server = await RedisServer.RunAsync(setting.Split(' '));
        Assert.Equal($"The store at {server.ConnectionString} {problem}; --allow-unsafe-store accepts it.", await RefusalAsync(server.ConnectionString));
        var options = new StoreOptions { ConnectionString = server.ConnectionString, AllowUnsafePersistence = true };
        await using var store = await ClusterStore.OpenAsync(options, null, Cancellation);
        Assert.Equal($"The store at {server.ConnectionString} {problem}.", Assert.Single(store.Findings.Warnings));
    }

    [Fact]
    public async Task Settings_that_only_INFO_tells_are_checked_too()
    {
        using var server = await RedisServer.RunAsync("--rename-command", "CONFIG", "", "--appendonly", "no");
        Assert.Contains("has appendonly no", await RefusalAsync(server.ConnectionString), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_flushes_once_a_second_is_accepted_with_a_warning()
    {
        using var server = await RedisServer.RunAsync("--appendfsync", "everysec");
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = server.ConnectionString }, null, Cancellation);
        Assert.Equal((true, false), (store.Findings.SurvivesCrash, store.Findings.SurvivesPowerLoss));
        Assert.Contains("appendfsync everysec", Assert.Single(store.Findings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_is_refused()
    {
        using var server = await RedisServer.RunAsync("--replicaof", "127.0.0.1", stores[Backend.Redis].ConnectionString.Split(':')[1]);
        Assert.Contains("is a replica", await RefusalAsync(server.ConnectionString), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "names no server")]
    [InlineData("localhost,nonsense=1", "cannot be read")]
    public async Task A_malformed_connection_string_is_refused(string connectionString, string problem)
    {
        var options = new StoreOptions();
        Assert.Contains(problem, Assert.Throws<StoreException>(() => options.ToConfiguration(connectionString)).Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_name_limit_and_value()
    {
        static void Refuse(string sentence, StoreOptions options) => Assert.Equal(sentence, Assert.Throws<StoreException>(options.Validate).Message);
        Refuse("The store's option Port must be between 0 and 65535; it is 70000.", new() { Port = 70000 });
        Refuse("The store's option CommandTimeout must be between 100 ms and 5 minutes; it is 0 s.", new() { CommandTimeout = TimeSpan.Zero });
        Refuse("The store's option KeyPrefix must be 1 to 64 letters, digits, '-', '_' or '.'; it is 'a{b'.", new() { KeyPrefix = "a{b" });
        Refuse("The store's option EmbeddedMemoryBytes must be between 64 MiB and 1 TiB; it is 1.", new() { EmbeddedMemoryBytes = 1 });
    }

    private static async Task<string> RefusalAsync(string connectionString, Func<StoreOptions, StoreOptions>? change = null)
    {
        var options = new StoreOptions { ConnectionString = connectionString };
        var began = Stopwatch.GetTimestamp();
        var refusal = await Assert.ThrowsAsync<StoreException>(() => ClusterStore.OpenAsync(change?.Invoke(options) ?? options, null, Cancellation));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(11));
        return refusal.Message;
    }

    private static void WriteCertificate(TemporaryFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
