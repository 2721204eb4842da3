using System.Numerics.Tensors;

namespace MmiGrains.Model.Metrics.Features;

/// <summary>CLIP-I: how alike generated images and their originals are, as the cosine between CLIP's features of each pair.</summary>
public static class ImageSimilarity
{
    /// <summary>The cosine of each pair of rows, -1 to 1; their mean is the score.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or a row has only zeros.</exception>
    public static double[] Scores(FeatureMatrix generated, FeatureMatrix originals)
    {
        if ((generated.RowCount, generated.ColumnCount) != (originals.RowCount, originals.ColumnCount))
        {
            throw new ArgumentException(
                $"The first set is {generated.RowCount} x {generated.ColumnCount}, the second {originals.RowCount} x {originals.ColumnCount}.",
                nameof(originals));
        }

        var scores = new double[generated.RowCount];
        for (var row = 0; row < scores.Length; row++)
        {
            var first = generated.Rows(row, 1);
            var second = originals.Rows(row, 1);
            if (!first.ContainsAnyExcept(0) || !second.ContainsAnyExcept(0))
            {
                throw new ArgumentException($"Row {row} has only zeros, which have no direction.");
            }

            scores[row] = TensorPrimitives.CosineSimilarity(first, second);
        }

        return scores;
    }
}
