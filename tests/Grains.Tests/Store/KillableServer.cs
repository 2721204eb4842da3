using System.Diagnostics;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>A store in a process of its own, which can be killed and started again on the same files.</summary>
internal abstract class KillableServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public abstract string ConnectionString { get; }

    /// <summary>Where its files are.</summary>
    public string Folder => _folder.Path;

    public async Task StartAsync()
    {
        var start = Describe();
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        await WaitAsync(_process);
    }

    /// <summary>The running process.</summary>
    protected int ProcessId => _process!.Id;

    /// <summary>SIGKILL, and waits for the end.</summary>
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

    /// <summary>What is to be run.</summary>
    protected abstract ProcessStartInfo Describe();

    /// <summary>Reads what the process writes, and waits until it can be asked.</summary>
    protected abstract Task WaitAsync(Process process);
}
