namespace MmiGrains.Model.Metrics.Segmentation;

/// <summary>A picture whose pixels are classes.</summary>
public sealed class LabelMap
{
    private readonly byte[] _labels;

    /// <summary>Takes <paramref name="labels"/> over without copying them: rows from the top.</summary>
    /// <exception cref="ArgumentException">A side is not positive, or the labels do not fill the sides exactly.</exception>
    public LabelMap(int width, int height, byte[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (labels.LongLength != (long)width * height)
        {
            throw new ArgumentException($"A {width} x {height} map takes {(long)width * height} labels, not {labels.LongLength}.", nameof(labels));
        }

        (Width, Height, _labels) = (width, height, labels);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<byte> Labels => _labels;
}
