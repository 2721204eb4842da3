using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>
/// Which timesteps training draws: a share of them all alike, the others logit-normal (arXiv 2403.03206, section 3.1), so most where what a picture shows is
/// decided.
/// </summary>
public sealed record TimestepDistribution
{
    /// <summary>The logit of the median timestep, as a share of all timesteps.</summary>
    public double LogitMean { get; init; }

    /// <summary>Standard deviation of the logits.</summary>
    public double LogitStd { get; init; } = 1;

    /// <summary>The share that is drawn all alike.</summary>
    public double UniformShare { get; init; }

    /// <summary>The timesteps at so many quantiles: quantiles that lie evenly give timesteps that follow the distribution.</summary>
    /// <param name="quantiles">Float32, at least 0 and below 1.</param>
    /// <param name="steps">Timesteps of training.</param>
    /// <returns>The shape of <paramref name="quantiles"/>, int64, 0 to <paramref name="steps"/> - 1.</returns>
    public Tensor Timesteps(Tensor quantiles, int steps)
    {
        var alike = quantiles / Math.Max(UniformShare, 1e-9);
        var normal = special.ndtri((quantiles - UniformShare) / (1 - UniformShare));
        var share = where(quantiles < UniformShare, alike, ((normal * LogitStd) + LogitMean).sigmoid());
        return (share * steps).to_type(ScalarType.Int64).clamp(0, steps - 1);
    }
}
