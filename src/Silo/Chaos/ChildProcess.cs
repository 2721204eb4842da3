using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MmiGrains.Silo.Chaos;

/// <summary>A process that is started, waited for, and killed as the kernel kills: no handler runs.</summary>
internal class ChildProcess : IDisposable
{
    private const int Term = 15, Kill = 9, Stop = 19, Continue = 18;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected ChildProcess(ProcessStartInfo start, string log, Func<string, bool> isReady)
    {
        _log = new StreamWriter(log, append: true) { AutoFlush = true };
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Read(e.Data, isReady);
        _process.ErrorDataReceived += (_, e) => Read(e.Data, isReady);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{start.FileName} ended before it was ready: {Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public Task WhenReadyAsync(TimeSpan patience) => _ready.Task.WaitAsync(patience);

    /// <summary>Kills it: <c>kill -9</c>.</summary>
    public void KillNow() => Signal(Kill);

    /// <summary>Asks it to end, and waits.</summary>
    public async Task<int> EndAsync(TimeSpan patience)
    {
        Signal(Term);
        using var late = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    /// <summary>Stops it in its tracks.</summary>
    public void Pause() => Signal(Stop);

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signal(Continue);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Signal(Kill);
            _process.WaitForExit();
        }

        _process.WaitForExit(); // its last lines
        _process.Dispose();
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Read(string? line, Func<string, bool> isReady)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _log.WriteLine(line);
            _lines.Add(line);
            if (_lines.Count > 40)
            {
                _lines.RemoveAt(0);
            }
        }

        if (isReady(line))
        {
            _ready.TrySetResult();
        }
    }

    private void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, signal);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int process, int signal);
}
