using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>
/// Stands before a server and answers for it, to some connections, as one that reads its log back: commands are refused with Redis' own words, AUTH and
/// ECHO are not. Other connections reach the server.
/// </summary>
/// <param name="server">The server's address.</param>
/// <param name="isLoading">Whether a connection, counted from 0, finds it loading.</param>
internal sealed class LoadingFront(string server, Func<int, bool> isLoading) : IDisposable
{
    private const string Refusal = "-LOADING Redis is loading the dataset in memory\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connections;

    public string ConnectionString => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections that found it loading.</summary>
    public int Refused { get; private set; }

    public LoadingFront Start()
    {
        _listener.Start();
        _ = AcceptAsync();
        return this;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var refuses = isLoading(_connections++);
                Refused += refuses ? 1 : 0;
                _ = refuses ? RefuseAsync(client) : PassAsync(client);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static async Task RefuseAsync(TcpClient client)
    {
        using var _ = client;
        var (stream, buffer) = (client.GetStream(), new byte[4096]);
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
            {
                // A command begins with its number of words; the clients here send whole commands.
                var commands = Encoding.UTF8.GetString(buffer, 0, count).Split('*', StringSplitOptions.RemoveEmptyEntries);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(commands.Select(command => command.Contains("AUTH", StringComparison.Ordinal) ? "+OK\r\n" : Refusal))));
            }
        }
        catch (IOException)
        {
            // The client has left.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var _ = client;
        using var behind = new TcpClient();
        await behind.ConnectAsync(IPEndPoint.Parse(server));
        await Task.WhenAny(client.GetStream().CopyToAsync(behind.GetStream()), behind.GetStream().CopyToAsync(client.GetStream()));
    }
}
