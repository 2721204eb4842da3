using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Engines.ImageEncoding;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Images;

/// <summary>Compares images where they are encoded. What it compares lies in the silo's memory, and takes milliseconds.</summary>
/// <param name="features">Brings encoded images here.</param>
[RolePlacement(WorkerRole.Encoder, isStable: true), Reentrant, CollectionAgeLimit(Minutes = 2)]
internal sealed class ImageComparisonGrain(FeatureResolver features) : Grain, IImageComparisonGrain
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<double>> CompareAsync(IReadOnlyList<ImageId> others, CancellationToken cancellation = default)
    {
        using var own = await features.GetAsync(ImageId.Parse(this.GetPrimaryKeyString()), cancellation);
        var scores = new List<double>();
        foreach (var other in others)
        {
            using var theirs = await features.GetAsync(other, cancellation);
            var (first, second) = (own.Features, theirs.Features);
            scores.Add(await Task.Run(() => FeatureSimilarity.Of(first, second), cancellation));
        }

        return scores;
    }
}
