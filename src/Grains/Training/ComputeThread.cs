using System.Collections.Concurrent;

namespace MmiGrains.Grains.Training;

/// <summary>A thread of its own for what takes long: scopes and settings of tensors belong to a thread.</summary>
internal sealed class ComputeThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <param name="name">The thread's.</param>
    public ComputeThread(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>Computes something after what was asked for before.</summary>
    public Task<T> RunAsync<T>(Func<T> compute)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                answer.SetResult(compute());
            }
            catch (Exception problem)
            {
                answer.SetException(problem);
            }
        });
        return answer.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var compute in _work.GetConsumingEnumerable())
        {
            compute();
        }
    }
}
