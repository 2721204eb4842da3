using MmiGrains.Contracts.Images;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>The features of some images, held for as long as an engine may read them.</summary>
internal sealed class HeldFeatures : IDisposable
{
    private readonly List<FeatureLease> _leases = [];

    /// <summary>In the images' order.</summary>
    public IReadOnlyList<ImageFeatures> All => [.. _leases.Select(lease => lease.Features)];

    /// <summary>Brings images' features here; where one cannot be had, none is held.</summary>
    /// <exception cref="Contracts.Errors.CapacityExceededException">Those at work leave no room, or too many images wait for the encoder.</exception>
    public static async Task<HeldFeatures> TakeAsync(FeatureResolver features, string encoder, IEnumerable<ImageId> images)
    {
        var held = new HeldFeatures();
        try
        {
            foreach (var image in images)
            {
                held._leases.Add(await features.GetAsync(image, encoder));
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _leases.ForEach(lease => lease.Dispose());
}
