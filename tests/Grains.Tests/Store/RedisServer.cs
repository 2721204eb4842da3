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
        string[] arguments = [.. Safe, .. port, "--bind", "127.0.0.1", "--dir", Folder, .. settings];

        // Without the trap, a write beyond LimitFiles would end the process instead of failing.
        return new ProcessStartInfo("/bin/bash", ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", Find(), .. arguments]) { WorkingDirectory = Folder };
    }

    /// <summary>Lets no file grow beyond some bytes, as on a full disk; null for no limit.</summary>
    public void LimitFiles(long? bytes)
    {
        using var limit = Process.Start("prlimit", ["--pid", $"{ProcessId}", $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:unlimited"]);
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
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
