using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>A redis-server of the system, with its log on unless told otherwise.</summary>
internal sealed class RedisServer(params IReadOnlyList<string> settings) : IKillableServer
{
    private static readonly string[] Safe = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", ""];

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public int Port { get; init; } = FreePort.Take();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> RunAsync(params IReadOnlyList<string> settings)
    {
        var server = new RedisServer(settings);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Find()) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true };
        var port = settings.Contains("--port") ? Array.Empty<string>() : ["--port", Port.ToString(CultureInfo.InvariantCulture)];
        foreach (var word in Safe.Concat(port).Concat(["--bind", "127.0.0.1", "--dir", _folder.Path]).Concat(settings))
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
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
                Assert.False(_process.HasExited, "redis-server ended at its start.");
                await Task.Delay(25);
            }
        }
    }

    public void Kill()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("These tests run against a real Redis, and there is no redis-server here: apt install redis-server");
}
