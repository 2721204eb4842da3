namespace MmiGrains.Model.Metrics.Segmentation;

/// <summary>
/// How often pixels of each class were given each label, over any number of pictures. Pixels whose expected label is the ignored one
/// do not count. A predicted label that is ignored or no class counts against the expected class only.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly int _classCount;
    private readonly int? _ignored;
    private readonly long[,] _pixels; // [expected, predicted]; the last column is for labels that are no class

    /// <summary>An empty matrix for labels 0 to <paramref name="classCount"/> - 1.</summary>
    /// <param name="classCount">1 to 256.</param>
    /// <param name="ignored">Label of unlabelled pixels, within the classes or beyond; null for none.</param>
    public ConfusionMatrix(int classCount, int? ignored = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 256);
        (_classCount, _ignored, _pixels) = (classCount, ignored, new long[classCount, classCount + 1]);
    }

    /// <summary>Pixels counted so far.</summary>
    public long PixelCount { get; private set; }

    /// <summary>
    /// The mean of the classes' intersection over union; of those only that occur in what was expected or predicted. The published
    /// code counts a class that occurs in neither as 0; over all of ADE20K's validation set there is no such class.
    /// </summary>
    /// <exception cref="InvalidOperationException">No pixel was counted.</exception>
    public double MeanIntersectionOverUnion
    {
        get
        {
            var ratios = Enumerable.Range(0, _classCount).Select(IntersectionOverUnion).OfType<double>().ToList();
            return ratios.Count > 0 ? ratios.Average() : throw new InvalidOperationException("No pixel was counted.");
        }
    }

    /// <summary>The share of counted pixels with the right label.</summary>
    /// <exception cref="InvalidOperationException">No pixel was counted.</exception>
    public double PixelAccuracy
    {
        get
        {
            var right = Enumerable.Range(0, _classCount).Sum(label => _pixels[label, label]);
            return PixelCount > 0 ? (double)right / PixelCount : throw new InvalidOperationException("No pixel was counted.");
        }
    }

    /// <summary>Counts one picture.</summary>
    /// <param name="predicted">The predicted labels.</param>
    /// <param name="expected">The right ones.</param>
    /// <param name="offset">Added to each predicted label first: ADE20K's classes begin at 1, those of most networks at 0.</param>
    /// <exception cref="ArgumentException">The sizes differ, or an expected label is neither a class nor ignored.</exception>
    public void Add(LabelMap predicted, LabelMap expected, int offset = 0)
    {
        if ((predicted.Width, predicted.Height) != (expected.Width, expected.Height))
        {
            throw new ArgumentException(
                $"The predicted map is {predicted.Width} x {predicted.Height}, the expected one {expected.Width} x {expected.Height}.",
                nameof(predicted));
        }

        for (var i = 0; i < expected.Labels.Length; i++)
        {
            int label = expected.Labels[i], guess = predicted.Labels[i] + offset;
            if (label == _ignored)
            {
                continue;
            }

            if (label >= _classCount)
            {
                var (y, x) = Math.DivRem(i, expected.Width);
                throw new ArgumentException(
                    $"The expected label at ({x}, {y}) is {label}, and the classes are 0 to {_classCount - 1}.", nameof(expected));
            }

            _pixels[label, guess == _ignored || guess < 0 ? _classCount : Math.Min(guess, _classCount)]++;
            PixelCount++;
        }
    }

    /// <summary>Pixels that are and were called this class, over pixels that are or were; null where there are none.</summary>
    public double? IntersectionOverUnion(int label)
    {
        long union = -_pixels[label, label];
        for (var other = 0; other <= _classCount; other++)
        {
            union += _pixels[label, other] + (other < _classCount ? _pixels[other, label] : 0);
        }

        return union == 0 ? null : (double)_pixels[label, label] / union;
    }
}
