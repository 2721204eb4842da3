using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using MmiGrains.Grains.Hosting;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>A redis-server of the system, with its log on unless told otherwise.</summary>
internal sealed class RedisServer(params IReadOnlyList<string> settings) : KillableServer
{
    private static readonly string[] Safe = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""];

    public int Port { get; init; } = FreePort.Next();

    public override string ConnectionString => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> RunAsync(params IReadOnlyList<string> settings)
    {
        var server = new RedisServer(settings);
        await server.StartAsync();
        return server;
    }

    protected override ProcessStartInfo Describe()
    {
        var port = settings.Contains("--port") ? Array.Empty<string>() : ["--port", Port.ToString(CultureInfo.InvariantCulture)];
        return new ProcessStartInfo(Find(), [.. Safe, .. port, "--bind", "127.0.0.1", "--dir", Folder, .. settings]) { WorkingDirectory = Folder };
    }

    // It answers while it reads its log back, though it then refuses commands.
    protected override async Task WaitAsync(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        for (var attempt = 0; ; attempt++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                Assert.False(process.HasExited, "redis-server ended at its start.");
                await Task.Delay(25);
            }
        }
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("These tests run against a real Redis, and there is no redis-server here: apt install redis-server");
}
