namespace MmiGrains.Model.Scenes.Reading;

/// <summary>How often each value of an attribute was read as which. A last row and column stand for no object at all.</summary>
public sealed class ConfusionMatrix(IReadOnlyList<string> values)
{
    private readonly int[,] _counts = new int[values.Count + 1, values.Count + 1];

    /// <summary>The values' names, without that of no object.</summary>
    public IReadOnlyList<string> Values { get; } = values;

    /// <summary>Where no object is counted.</summary>
    public int Nothing => Values.Count;

    /// <summary>How many objects that should have been <paramref name="wanted"/> were read as <paramref name="read"/>.</summary>
    public int this[int wanted, int read] => _counts[wanted, read];

    /// <summary>How many objects were wanted.</summary>
    public int Total => Enumerable.Range(0, Nothing).Sum(wanted => Enumerable.Range(0, Nothing + 1).Sum(read => _counts[wanted, read]));

    /// <summary>How many of them were read right.</summary>
    public int Right => Enumerable.Range(0, Nothing).Sum(value => _counts[value, value]);

    /// <summary>For the values of an enumeration.</summary>
    public static ConfusionMatrix Of<T>() where T : struct, Enum => new(Enum.GetNames<T>());

    /// <summary>Counts one object.</summary>
    /// <param name="wanted">Null when none was wanted.</param>
    /// <param name="read">Null when none was read.</param>
    public void Add(int? wanted, int? read) => _counts[wanted ?? Nothing, read ?? Nothing]++;
}
