namespace MmiGrains.Model.Metrics.Features;

/// <summary>One row of features per image, as some network computed them.</summary>
public sealed class FeatureMatrix
{
    private readonly double[] _values;

    /// <summary>Takes <paramref name="values"/> over without copying them: row after row.</summary>
    /// <exception cref="ArgumentException">A side is not positive, the values do not fill it, or one is not a finite number.</exception>
    public FeatureMatrix(int rowCount, int columnCount, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columnCount);
        if (values.LongLength != (long)rowCount * columnCount)
        {
            throw new ArgumentException(
                $"A {rowCount} x {columnCount} matrix takes {(long)rowCount * columnCount} values, not {values.LongLength}.", nameof(values));
        }

        var wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"The feature in row {wrong / columnCount}, column {wrong % columnCount} is no finite number.", nameof(values));
        }

        (RowCount, ColumnCount, _values) = (rowCount, columnCount, values);
    }

    /// <summary>Images.</summary>
    public int RowCount { get; }

    /// <summary>Features of each.</summary>
    public int ColumnCount { get; }

    /// <summary>Features of consecutive images, row after row.</summary>
    public ReadOnlySpan<double> Rows(int first, int count) => _values.AsSpan(first * ColumnCount, count * ColumnCount);
}
