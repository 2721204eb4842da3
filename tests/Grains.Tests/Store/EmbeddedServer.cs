using System.Diagnostics;
using System.Runtime.CompilerServices;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>The embedded store in a process of its own: this test program once more, which then does nothing else.</summary>
internal sealed class EmbeddedServer : IKillableServer
{
    private const string FolderVariable = "MMI_TEST_EMBEDDED_FOLDER";

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public string ConnectionString { get; private set; } = "";

    public string Folder => _folder.Path;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(EmbeddedServer).Assembly.Location);
        }

        start.Environment[FolderVariable] = _folder.Path;
        _process = Process.Start(start)!;
        var output = _process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                ConnectionString = line[6..];
                _ = output.ReadToEndAsync();
                return;
            }
        }

        Assert.Fail("The embedded store's process ended at its start.");
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

#pragma warning disable CA2255 // The test program's entry point is generated; this runs before it.
    [ModuleInitializer]
    internal static void BecomeServer()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            using var store = EmbeddedStore.Start(new StoreOptions { DataFolder = folder });
            Console.WriteLine($"ready {store.ConnectionString}");
            Thread.Sleep(Timeout.Infinite);
        }
    }
#pragma warning restore CA2255
}
