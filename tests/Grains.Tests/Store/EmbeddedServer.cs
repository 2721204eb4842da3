using System.Diagnostics;
using System.Runtime.CompilerServices;
using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>The embedded store in a process of its own: this test program once more, which then does nothing else.</summary>
internal sealed class EmbeddedServer : KillableServer
{
    private const string FolderVariable = "MMI_TEST_EMBEDDED_FOLDER";

    private string _connectionString = "";

    public override string ConnectionString => _connectionString;

    protected override ProcessStartInfo Describe()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(EmbeddedServer).Assembly.Location);
        }

        start.Environment[FolderVariable] = Folder;
        return start;
    }

    protected override async Task WaitAsync(Process process)
    {
        var output = process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _connectionString = line[6..];
                _ = output.ReadToEndAsync();
                return;
            }
        }

        Assert.Fail("The embedded store's process ended at its start.");
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
