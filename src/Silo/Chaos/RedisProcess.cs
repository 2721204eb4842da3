using System.Diagnostics;
using System.Globalization;

namespace MmiGrains.Silo.Chaos;

/// <summary>A redis-server that loses no acknowledged write when it is killed.</summary>
internal sealed class RedisProcess : ChildProcess
{
    private RedisProcess(ProcessStartInfo start, string log) : base(start, log, line => line.Contains("Ready to accept connections", StringComparison.Ordinal))
    {
    }

    /// <summary>Starts one.</summary>
    /// <param name="folder">Its files; those that are there are read back.</param>
    /// <param name="port">Its port on 127.0.0.1.</param>
    /// <exception cref="CommandException">There is no redis-server here.</exception>
    public static RedisProcess Start(string folder, int port)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(
            "redis-server",
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes",
                "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
            ]);
        try
        {
            return new RedisProcess(start, Path.Combine(folder, "log.txt"));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new CommandException("redis-server was not found; 'apt install redis-server' installs it.");
        }
    }
}
