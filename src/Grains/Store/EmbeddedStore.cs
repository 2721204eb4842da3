using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Garnet;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Hosting;
using StackExchange.Redis;

namespace MmiGrains.Grains.Store;

/// <summary>
/// A Redis-protocol server inside this process, on the loopback address. A command is answered after its log entry was written to disk;
/// what does not fit in memory lies on disk too. Starts before the silo and stops after it.
/// </summary>
public sealed class EmbeddedStore : IDisposable
{
    private const int Attempts = 5, RoomForLog = 4;

    private readonly FolderLock _lock;
    private readonly GarnetServer _server;
    private readonly LogMark _mark;
    private readonly Timer _watch;
    private readonly long _logLimit;
    private ConnectionMultiplexer? _administration;
    private int _isWatching;

    private EmbeddedStore(FolderLock folderLock, GarnetServer server, StoreOptions options, int port)
    {
        (_lock, _server, Port, _logLimit) = (folderLock, server, port, options.EmbeddedLogBytes);
        Folder = Path.GetFullPath(options.DataFolder);
        _mark = new LogMark(Folder);
        _mark.Require(LogInfo(), options.AllowUnsafePersistence);
        folderLock.Announce(ConnectionString);
        _watch = new Timer(_ => Watch(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Where its files are.</summary>
    public string Folder { get; }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>How to connect.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts a store, which reads back what its folder holds.</summary>
    /// <param name="options">Folder, port and memory.</param>
    /// <param name="loggers">Gets the server's warnings; none keeps it quiet.</param>
    /// <exception cref="StoreException">The folder is another process's, its content is damaged, or the port is taken.</exception>
    public static EmbeddedStore Start(StoreOptions options, ILoggerFactory? loggers = null)
    {
        options.Validate();
        var folder = Path.GetFullPath(options.DataFolder);
        var folderLock = FolderLock.Take(folder);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var port = TakePort(options.Port);
                GarnetServer? server = null;
                try
                {
                    server = new GarnetServer(Arguments(options, folder, port), loggers);
                    server.Start();
                    return new EmbeddedStore(folderLock, server, options, port);
                }
                catch (Exception problem) when (options.Port == 0 && attempt < Attempts && problem.GetBaseException() is SocketException)
                {
                    server?.Dispose(); // someone was faster; another port is free
                }
                catch
                {
                    server?.Dispose();
                    throw;
                }
            }
        }
        catch (Exception problem) when (problem is not StoreException)
        {
            folderLock.Dispose();
            throw new StoreException($"The embedded store in '{folder}' does not start: {problem.Message}", problem);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>How to connect to the store of a folder, where a process of this machine has it open; null where none has.</summary>
    public static string? FindRunning(string folder) => FolderLock.FindAddress(Path.GetFullPath(folder));

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        Watch();
        _administration?.Dispose();
        _server.Dispose();
        _lock.Dispose();
    }

    // Scripts must be transactions: otherwise two of them mix. Without a storage tier the oldest keys are dropped when memory is full, and
    // without failing on recovery errors a damaged log is an empty store. The default device needs libaio and dies without it.
    private static string[] Arguments(StoreOptions options, string folder, int port) =>
    [
        "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "-q",
        "--checkpointdir", folder, "--logdir", Path.Combine(folder, "log"), "--storage-tier", "true",
        "--aof", "true", "--aof-commit-freq", "0", "--aof-commit-wait", "true", "--aof-segment-size", "64m", "--recover", "--fail-on-recovery-error", "true",
        "--device-type", "RandomAccess", "--lua", "true", "--lua-transaction-mode", "true",
        "--memory", $"{MemoryBytes(options, folder) >> 20}m", "--index", "16m",
    ];

    // Garnet that reads a log back waits for ever, now and then, where it has to make room meanwhile: what the log holds must fit beside what memory holds.
    private static long MemoryBytes(StoreOptions options, string folder)
    {
        var log = new DirectoryInfo(Path.Combine(folder, "AOF"));
        var bytes = log.Exists ? log.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
        return Math.Max(options.EmbeddedMemoryBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)(RoomForLog * bytes)));
    }

    private static int TakePort(int wanted)
    {
        if (wanted == 0)
        {
            return FreePort.Next();
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return wanted;
        }
        catch (SocketException problem)
        {
            throw new StoreException($"The embedded store cannot listen on 127.0.0.1:{wanted}: {problem.Message}.", problem);
        }
    }

    /// <summary>Notes how far the log reaches. It would grow for ever: a checkpoint lets the server drop what came before it.</summary>
    internal void Watch()
    {
        if (Interlocked.Exchange(ref _isWatching, 1) == 1)
        {
            return;
        }

        try
        {
            var info = LogInfo();
            _mark.Write(info);
            if (info.Number("TailAddress") - info.Number("BeginAddress") > _logLimit)
            {
                _administration!.GetDatabase().Execute("SAVE");
            }
        }
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem))
        {
            // Everything stays as it is, which costs room and no data; the next turn of the timer tries again.
        }
        finally
        {
            Volatile.Write(ref _isWatching, 0);
        }
    }

    internal StoreInfo LogInfo()
    {
        _administration ??= ConnectionMultiplexer.Connect(ConnectionString + ",syncTimeout=60000,asyncTimeout=60000");
        return StoreInfo.Parse((string?)_administration.GetDatabase().Execute("INFO", "PERSISTENCE"));
    }
}
