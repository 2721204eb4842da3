using System.Numerics.Tensors;

namespace MmiGrains.Model.Metrics.Features;

/// <summary>Finds the rows of features that point most nearly the same way as another row.</summary>
public sealed class FeatureNeighbours
{
    private readonly FeatureMatrix _features;
    private readonly double[] _lengths;

    /// <param name="features">The rows to find.</param>
    /// <exception cref="ArgumentException">A row has only zeros.</exception>
    public FeatureNeighbours(FeatureMatrix features)
    {
        _features = features;
        _lengths = [.. Enumerable.Range(0, features.RowCount).Select(row => Length(features.Rows(row, 1), row))];
    }

    /// <summary>Rows.</summary>
    public int RowCount => _features.RowCount;

    /// <summary>Features of each.</summary>
    public int ColumnCount => _features.ColumnCount;

    /// <summary>The rows of the greatest cosines with a query, greatest first; of equal ones the first is ahead.</summary>
    /// <param name="query">Features of one image.</param>
    /// <param name="count">How many rows.</param>
    public IReadOnlyList<int> Nearest(ReadOnlySpan<double> query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, ColumnCount);
        var similarities = new double[RowCount];
        for (var row = 0; row < RowCount; row++)
        {
            similarities[row] = TensorPrimitives.Dot(query, _features.Rows(row, 1)) / _lengths[row]; // the query's own length changes no order
        }

        return [.. Enumerable.Range(0, RowCount).OrderByDescending(row => similarities[row]).Take(count)];
    }

    private static double Length(ReadOnlySpan<double> row, int number) => TensorPrimitives.Norm(row) is > 0 and var length
        ? length
        : throw new ArgumentException($"Row {number} has only zeros, which have no direction.");
}
