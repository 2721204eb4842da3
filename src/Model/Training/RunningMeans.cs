namespace MmiGrains.Model.Training;

/// <summary>Means of named numbers since they were last taken.</summary>
internal sealed class RunningMeans
{
    private readonly SortedDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private int _count;

    public int Count => _count;

    public void Add(IReadOnlyDictionary<string, double> values)
    {
        foreach (var (name, value) in values)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        }

        _count++;
    }

    public IReadOnlyDictionary<string, double> Means() => _sums.ToDictionary(sum => sum.Key, sum => sum.Value / Math.Max(1, _count));

    public void Clear()
    {
        _sums.Clear();
        _count = 0;
    }
}
