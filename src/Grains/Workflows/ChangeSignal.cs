using System.Globalization;

namespace MmiGrains.Grains.Workflows;

/// <summary>Tells who waits that something is no longer as it was. A version names one state of one activation: another's are all different.</summary>
internal sealed class ChangeSignal
{
    private readonly string _life = Guid.NewGuid().ToString("N")[..8];
    private TaskCompletionSource _changed = New();
    private long _count;

    /// <summary>Names what is so now.</summary>
    public string Version => string.Create(CultureInfo.InvariantCulture, $"{_life}.{_count}");

    /// <summary>Says that something has changed.</summary>
    public void Set()
    {
        _count++;
        var changed = _changed;
        _changed = New();
        changed.TrySetResult();
    }

    /// <summary>Waits until the version is another, or for some time.</summary>
    public Task WaitAsync(string version, TimeSpan most) => version != Version ? Task.CompletedTask : Task.WhenAny(_changed.Task, Task.Delay(most));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
