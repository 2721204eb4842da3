using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MmiGrains.Model.Tests.Weights;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>A redis-server of the system whose log is written before it answers.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort();
    private Process? _process;

    public static async Task<RedisProcess> StartAsync()
    {
        var redis = new RedisProcess();
        await redis.RunAsync();
        return redis;
    }

    public async Task<IConnectionMultiplexer> ConnectAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_port},abortConnect=false,connectRetry=50,connectTimeout=500");

    public async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--appendonly", "yes", "--appendfsync", "always", "--save", ""])
        {
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        await using var connection = await ConnectAsync();
        while (!connection.IsConnected)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
