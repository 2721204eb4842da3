using static TorchSharp.torch;

namespace MmiGrains.Model.Metrics.Features;

/// <summary>The normal distribution with the mean and covariance of some features.</summary>
/// <param name="Mean">[d].</param>
/// <param name="Covariance">[d, d], row after row; symmetric.</param>
public sealed record GaussianFit(double[] Mean, double[] Covariance)
{
    private const int RowsAtOnce = 2048;

    /// <summary>Fits features; the covariance is the unbiased one, divided by n - 1.</summary>
    /// <exception cref="ArgumentException">There are fewer than two rows.</exception>
    public static GaussianFit Of(FeatureMatrix features)
    {
        if (features.RowCount < 2)
        {
            throw new ArgumentException($"A covariance takes at least two rows; there is {features.RowCount}.", nameof(features));
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var sum = zeros(features.ColumnCount, ScalarType.Float64);
        ForEachBlock(features, block => sum.add_(block.sum(dim: 0)));
        var mean = sum.div_(features.RowCount);

        var scatter = zeros(features.ColumnCount, features.ColumnCount, dtype: ScalarType.Float64);
        ForEachBlock(features, block =>
        {
            var centred = block.sub_(mean);
            scatter.addmm_(centred.t(), centred, 1, 1);
        });
        return new GaussianFit(mean.data<double>().ToArray(), scatter.div_(features.RowCount - 1).data<double>().ToArray());
    }

    private static void ForEachBlock(FeatureMatrix features, Action<Tensor> add)
    {
        for (var first = 0; first < features.RowCount; first += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, features.RowCount - first);
            add(tensor(features.Rows(first, count).ToArray(), [count, features.ColumnCount]));
        }
    }
}
