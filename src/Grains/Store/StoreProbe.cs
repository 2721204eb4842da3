using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>Speaks a few bytes of the protocol, to say in one sentence why a store cannot be used: a client library only says that it failed.</summary>
internal static class StoreProbe
{
    private const byte TlsAlert = 0x15;

    /// <summary>
    /// Refuses an address where nobody answers, where the password does not fit, or where one side speaks TLS and the other does not. Waits for a
    /// server that reads its log back.
    /// </summary>
    public static async Task RequireAnswerAsync(ConfigurationOptions configuration, EndPoint endPoint, StorePatience patience, CancellationToken cancellationToken)
    {
        while (await IsLoadingAsync(configuration, endPoint, cancellationToken))
        {
            await patience.WaitAsync(Name(endPoint), cancellationToken);
        }
    }

    /// <summary>An address as people write it.</summary>
    public static string Name(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString() ?? "(unknown)",
    };

    private static async Task<bool> IsLoadingAsync(ConfigurationOptions configuration, EndPoint endPoint, CancellationToken cancellationToken)
    {
        var place = Name(endPoint);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Math.Min(configuration.ConnectTimeout, 10_000));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var isConnected = false;
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, limit.Token);
            isConnected = true;
            if (configuration.Ssl)
            {
                await RequireTlsAsync(socket, place, limit.Token);
                return false;
            }

            var answer = "";
            foreach (var command in Greeting(configuration))
            {
                answer = RequirePlain(await AskAsync(socket, command, limit.Token), place, configuration);
            }

            return StorePatience.IsLoading(answer);
        }
        catch (SocketException) when (isConnected && configuration.Ssl)
        {
            return false; // hangs up on who speaks no TLS, as it should
        }
        catch (SocketException problem) when (isConnected)
        {
            throw new StoreException($"The store at {place} closes the connection; it may speak TLS, which ssl=true in the connection string asks for.", problem);
        }
        catch (SocketException problem)
        {
            throw new StoreException($"The store at {place} cannot be reached: {problem.Message}.", problem);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreException($"The store at {place} did not answer within {Math.Min(configuration.ConnectTimeout, 10_000) / 1000.0:G3} s.", problem);
        }
    }

    // AUTH is answered while the log is read back; PING is not.
    private static IEnumerable<string> Greeting(ConfigurationOptions configuration)
    {
        var (user, password) = (configuration.User, configuration.Password);
        if (!string.IsNullOrEmpty(password))
        {
            yield return string.IsNullOrEmpty(user) ? Command("AUTH", password) : Command("AUTH", user, password);
        }

        yield return Command("PING");
    }

    private static string Command(params IReadOnlyList<string> words) =>
        $"*{words.Count}\r\n" + string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"));

    private static string RequirePlain(byte[] answer, string place, ConfigurationOptions configuration)
    {
        var text = Encoding.UTF8.GetString(answer).TrimEnd();
        if (answer.Length == 0 || answer[0] == TlsAlert)
        {
            throw new StoreException($"The store at {place} speaks TLS; ssl=true in the connection string asks for it.");
        }

        if (text.StartsWith("-NOAUTH", StringComparison.Ordinal))
        {
            throw new StoreException($"The store at {place} asks for a password; password=... in the connection string gives it.");
        }

        if (text.StartsWith("-WRONGPASS", StringComparison.Ordinal) || (text.StartsWith('-') && text.Contains("invalid password", StringComparison.OrdinalIgnoreCase)))
        {
            throw new StoreException($"The store at {place} refuses the password{(string.IsNullOrEmpty(configuration.User) ? "" : $" of the user '{configuration.User}'")}.");
        }

        if (text.Length > 0 && "+-$:*".Contains(text[0]))
        {
            return text; // a password where none is needed: the client says more
        }

        throw new StoreException($"What answers at {place} is no Redis server.");
    }

    // A server without TLS reads a hello as a command it does not know, and answers in words or hangs up.
    private static async Task RequireTlsAsync(Socket socket, string place, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(socket, "PING\r\n", cancellationToken);
        if (answer.Length > 0 && answer[0] is (byte)'+' or (byte)'-')
        {
            throw new StoreException($"The store at {place} speaks no TLS; the connection string asks for it with ssl=true.");
        }
    }

    private static async Task<byte[]> AskAsync(Socket socket, string request, CancellationToken cancellationToken)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), cancellationToken);
        var buffer = new byte[512];
        var count = await socket.ReceiveAsync(buffer, cancellationToken);
        return buffer[..count];
    }
}
