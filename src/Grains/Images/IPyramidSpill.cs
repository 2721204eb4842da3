using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>Where features go that no longer fit in memory; reading them back is cheaper than encoding anew. It may lose anything.</summary>
public interface IPyramidSpill
{
    /// <summary>Takes features over, and disposes of them whether it could keep them or not. Returns at once.</summary>
    void Take(string key, ImageFeatures features);

    /// <summary>What was kept, which is the caller's; null where nothing was.</summary>
    Task<ImageFeatures?> ReadAsync(string key, CancellationToken cancellation = default);

    /// <summary>Forgets what was kept.</summary>
    void Remove(string key);
}
