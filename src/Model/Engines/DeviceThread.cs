using TorchSharp;

namespace MmiGrains.Model.Engines;

/// <summary>
/// The one thread that drives a device's engines, turn by turn, and sleeps while none has work. A step that throws fails the requests of its
/// engine and no other.
/// </summary>
public sealed class DeviceThread : IDisposable
{
    private readonly IReadOnlyList<IEngine> _engines;
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _lastStep = Environment.TickCount64;

    /// <param name="name">The device.</param>
    /// <param name="engines">What runs on it; disposed with the thread.</param>
    public DeviceThread(string name, params IReadOnlyList<IEngine> engines)
    {
        _engines = engines;
        foreach (var engine in engines)
        {
            engine.WorkArrived = Wake;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = $"device {name}" };
        _thread.Start();
    }

    /// <summary>Time since a step, or a look for work, was last finished: long when a step hangs.</summary>
    public TimeSpan SinceLastStep => TimeSpan.FromMilliseconds(Environment.TickCount64 - Interlocked.Read(ref _lastStep));

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        Wake();
        _thread.Join();
        foreach (var engine in _engines)
        {
            engine.Dispose();
        }

        _work.Dispose();
    }

    private void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (ObjectDisposedException)
        {
            // Who cancels a request after the thread's end wakes nobody.
        }
    }

    private void Run()
    {
        using var quiet = torch.no_grad();
        while (!_stopping)
        {
            var more = false;
            foreach (var engine in _engines)
            {
                more |= Step(engine);
            }

            Interlocked.Exchange(ref _lastStep, Environment.TickCount64);
            if (!more)
            {
                _work.Wait(TimeSpan.FromSeconds(1)); // and then shows that it lives
            }
        }
    }

    private static bool Step(IEngine engine)
    {
        try
        {
            return engine.Step();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            engine.FailAll(problem);
            return true;
        }
    }
}
