using System.Diagnostics;
using MmiGrains.Grains.Hosting;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Chaos;

/// <summary>A silo of its own: <c>mmi up</c> in a child process.</summary>
internal sealed class SiloProcess : ChildProcess
{
    private SiloProcess(ProcessStartInfo start, string log, int http, int port) : base(start, log, line => line.StartsWith("Ready:", StringComparison.Ordinal)) =>
        (Http, Port) = (http, port);

    /// <summary>Its port of HTTP.</summary>
    public int Http { get; }

    /// <summary>Its port for other silos.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="log">A file for what it writes.</param>
    /// <param name="arguments">Those of <c>mmi up</c>, its ports left out.</param>
    public static SiloProcess Start(string log, params IEnumerable<string> arguments)
    {
        var (program, http, port, gateway) = (typeof(SiloProcess).Assembly.Location, FreePort.Next(), FreePort.Next(), FreePort.Next());
        var start = new ProcessStartInfo("dotnet", [program, "up", "--http", $"{http}", "--silo-port", $"{port}", "--gateway-port", $"{gateway}", .. arguments]);

        // Sleeping threads, and no more of them than there is work for: three silos share the machine.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new SiloProcess(start, log, http, port);
    }
}
