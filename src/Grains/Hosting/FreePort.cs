using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MmiGrains.Grains.Hosting;

/// <summary>
/// Ports of this machine that nothing listens on. They lie below those that systems give to outgoing connections (Linux: 32,768 and up), which could take one
/// between its choice and its use; and no process is given the same twice.
/// </summary>
public static class FreePort
{
    private const int First = 20_000, End = 32_768;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>One that this process was not given before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    /// <summary>Ports that were chosen elsewhere and are not listened on yet: they are given to nobody else.</summary>
    public static void Keep(params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports)
        {
            _ = Given.TryAdd(port, true);
        }
    }

    /// <summary>Whether nothing listens on a port now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
