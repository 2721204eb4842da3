namespace MmiGrains.Model.Training;

/// <summary>Means of named numbers since they were last taken.</summary>
public sealed class RunningMeans
{
    private readonly SortedDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>How often numbers were added.</summary>
    public int Count => _count;

    /// <summary>Adds numbers.</summary>
    public void Add(IReadOnlyDictionary<string, double> values)
    {
        foreach (var (name, value) in values)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        }

        _count++;
    }

    /// <summary>Their means.</summary>
    public IReadOnlyDictionary<string, double> Means() => _sums.ToDictionary(sum => sum.Key, sum => sum.Value / Math.Max(1, _count));

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _sums.Clear();
        _count = 0;
    }
}
