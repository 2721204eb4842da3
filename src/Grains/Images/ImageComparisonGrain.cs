using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines.ImageEncoding;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Images;

/// <summary>Compares images where they are encoded. What it compares lies in the silo's memory, and takes milliseconds.</summary>
/// <param name="features">Brings encoded images here.</param>
/// <param name="devices">Whose features are compared.</param>
[RolePlacement(WorkerRole.Encoder, isStable: true), Reentrant, CollectionAgeLimit(Minutes = 2)]
internal sealed class ImageComparisonGrain(FeatureResolver features, IEncoderDevices devices) : Grain, IImageComparisonGrain
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<double>> CompareAsync(IReadOnlyList<ImageId> others, CancellationToken cancellation = default)
    {
        var encoder = devices.Encoders[0].Encoder;
        using var own = await features.GetAsync(ImageId.Parse(this.GetPrimaryKeyString()), encoder, cancellation);
        var scores = new List<double>();
        foreach (var other in others)
        {
            using var theirs = await features.GetAsync(other, encoder, cancellation);
            var (first, second) = (own.Features, theirs.Features);
            scores.Add(await Task.Run(() => FeatureSimilarity.Of(first, second), cancellation));
        }

        return scores;
    }
}
