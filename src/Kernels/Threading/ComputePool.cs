using System.Runtime.ExceptionServices;

namespace MmiGrains.Kernels.Threading;

/// <summary>
/// Threads that share out the chunks of one loop at a time. Each walks through a run of chunks of its own, so that what it fetches ahead is
/// what it reads next, and then takes what is left of the others': on a busy machine a thread that is held up keeps one chunk from the
/// others, not its whole share. Between loops the threads spin for some tens of
/// microseconds, since a decode step is a hundred short loops in a row, and then sleep.
/// </summary>
public sealed class ComputePool : IDisposable
{
    private const int SpinsBeforeSleep = 200;

    private readonly Lock _oneLoopAtATime = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread[] _workers;
    private volatile Loop? _loop;
    private volatile bool _disposed;
    private int _sleeping;

    /// <param name="threads">Threads that work on a loop, the calling one included.</param>
    public ComputePool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _workers = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Work(i)) { IsBackground = true, Name = $"compute {i}" })];
        foreach (var worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>The process's pool: one thread per processor.</summary>
    public static ComputePool Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Threads that work on a loop, the calling one included.</summary>
    public int ThreadCount => _workers.Length + 1;

    /// <summary>
    /// Runs <paramref name="body"/> for 0 to <paramref name="chunks"/> - 1, in any order, and returns when all are done. A loop that comes
    /// while another runs, or from inside one, is run by its caller alone. The first exception of a chunk is thrown here.
    /// </summary>
    public void Run(int chunks, Action<int> body)
    {
        if (chunks <= 1 || _workers.Length == 0 || !_oneLoopAtATime.TryEnter())
        {
            Serially(chunks, body);
            return;
        }

        try
        {
            if (_loop is not null)
            {
                Serially(chunks, body); // called from inside a loop on this very thread
                return;
            }

            var loop = new Loop(chunks, ThreadCount, body);
            _loop = loop;
            WakeSleepers();
            loop.Help(0);
            loop.WaitForOthers();
            _loop = null;
            loop.ThrowIfFailed();
        }
        finally
        {
            _oneLoopAtATime.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _wake.Release(_workers.Length + 1);
    }

    private static void Serially(int chunks, Action<int> body)
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            body(chunk);
        }
    }

    // A worker announces that it sleeps before it looks for a loop one last time, and the caller publishes the loop before it counts
    // sleepers: one of the two always sees the other.
    private void WakeSleepers()
    {
        Interlocked.MemoryBarrier();
        var sleeping = Volatile.Read(ref _sleeping);
        if (sleeping > 0)
        {
            _wake.Release(sleeping);
        }
    }

    private void Work(int index)
    {
        Loop? done = null;
        while (!_disposed)
        {
            if (WaitForLoop(done) is { } loop)
            {
                loop.Help(index);
                done = loop;
            }
        }
    }

    private Loop? WaitForLoop(Loop? done)
    {
        for (var spin = 0; spin < SpinsBeforeSleep; spin++)
        {
            if (_loop is { } loop && loop != done)
            {
                return loop;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref _sleeping);
        if (_loop is null || _loop == done)
        {
            _wake.Wait();
        }

        Interlocked.Decrement(ref _sleeping);
        return null;
    }

    private sealed class Loop(int chunks, int threads, Action<int> body)
    {
        private const int CacheLine = 64 / sizeof(int);

        private readonly int[] _next = new int[(threads + 1) * CacheLine]; // of each run, a cache line apart
        private int _finished;
        private Exception? _failure;

        // Its own run first, then the others'.
        public void Help(int thread)
        {
            for (var i = 0; i < threads; i++)
            {
                var run = (thread + i) % threads;
                var (first, end) = ((int)((long)chunks * run / threads), (int)((long)chunks * (run + 1) / threads));
                int chunk;
                while ((chunk = first + Interlocked.Increment(ref _next[(run + 1) * CacheLine]) - 1) < end)
                {
                    Do(chunk);
                }
            }
        }

        public void WaitForOthers()
        {
            var wait = default(SpinWait);
            while (Volatile.Read(ref _finished) < chunks)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }

        public void ThrowIfFailed()
        {
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }
        }

        private void Do(int chunk)
        {
            try
            {
                body(chunk);
            }
            catch (Exception problem)
            {
                _ = Interlocked.CompareExchange(ref _failure, problem, null);
            }

            Interlocked.Increment(ref _finished);
        }
    }
}
