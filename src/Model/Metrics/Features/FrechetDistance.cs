using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Metrics.Features;

/// <summary>
/// The squared Fréchet (Wasserstein-2) distance of two normal distributions, which over Inception features is FID (Heusel et al., 2017):
/// |m1 - m2|^2 + Tr(C1 + C2 - 2 (C1 C2)^1/2).
/// </summary>
public static class FrechetDistance
{
    /// <summary>The distance of what two sets of images look like to the network that made the features.</summary>
    /// <exception cref="ArgumentException">The sets have different numbers of features, or one has fewer than two rows.</exception>
    public static double Between(FeatureMatrix first, FeatureMatrix second)
    {
        RequireEqual(first.ColumnCount, second.ColumnCount);
        return Between(GaussianFit.Of(first), GaussianFit.Of(second));
    }

    /// <summary>The distance of two normal distributions, never negative.</summary>
    /// <exception cref="ArgumentException">They have different numbers of dimensions.</exception>
    public static double Between(GaussianFit first, GaussianFit second)
    {
        var size = first.Mean.Length;
        RequireEqual(size, second.Mean.Length);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var one = tensor(first.Covariance, [size, size]);
        var two = tensor(second.Covariance, [size, size]);

        // C1 C2 is not symmetric, but it has the eigenvalues of L^T C2 L, which is, for any L with L L^T = C1. Rounding makes some of
        // those of a covariance without full rank negative.
        var (values, vectors) = linalg.eigh(one);
        var root = vectors * values.clamp(min: 0).sqrt();
        var product = root.t().matmul(two).matmul(root);
        var cross = linalg.eigvalsh((product + product.t()) / 2).clamp(min: 0).sqrt().sum().item<double>();

        var apart = first.Mean.Zip(second.Mean, (a, b) => (a - b) * (a - b)).Sum();
        return Math.Max(0, apart + one.trace().item<double>() + two.trace().item<double>() - (2 * cross));
    }

    private static void RequireEqual(int first, int second)
    {
        if (first != second)
        {
            throw new ArgumentException($"The first set has {first} features per image, the second {second}.");
        }
    }
}
