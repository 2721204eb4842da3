using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.ImageEncoding;

/// <summary>
/// How alike two encoded images are. Of each coarse level of the pyramid, every position looks for its like in the other image; what both images have in
/// common on average says nothing and is taken off before.
/// </summary>
public static class FeatureSimilarity
{
    private const long MostPositions = 256; // finer levels tell pixels, not things

    /// <summary>1 for the same image, near 0 for images that have nothing in common.</summary>
    /// <exception cref="ArgumentException">They are of encoders of different sizes.</exception>
    public static double Of(ImageFeatures first, ImageFeatures second)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var levels = first.Pyramid.Levels.Zip(second.Pyramid.Levels).Where(pair => pair.First.shape[2] * pair.First.shape[3] <= MostPositions).ToArray();
        if (levels.Length == 0 || levels.Any(pair => !pair.First.shape.SequenceEqual(pair.Second.shape)))
        {
            throw new ArgumentException("The two images were encoded by encoders of different sizes.", nameof(second));
        }

        return levels.Average(pair => OfLevel(pair.First, pair.Second));
    }

    // [1, channels, height, width] each
    private static double OfLevel(Tensor first, Tensor second)
    {
        var (a, b) = (Positions(first), Positions(second));
        var mean = cat([a, b], 0).mean([0], keepdim: true);
        var alike = Unit(a - mean).matmul(Unit(b - mean).t()); // [positions, positions]
        return (alike.amax([1]).mean() + alike.amax([0]).mean()).to_type(ScalarType.Float64).item<double>() / 2;
    }

    // -> [positions, channels]
    private static Tensor Positions(Tensor level) => level.flatten(2).squeeze(0).t().to_type(ScalarType.Float32);

    private static Tensor Unit(Tensor vectors) => vectors / vectors.norm(1, keepdim: true).clamp_min(1e-12);
}
