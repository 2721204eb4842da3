using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Images;

/// <summary>Makes a silo's cache of encoded images.</summary>
public static class SiloFeatures
{
    /// <summary>A cache that lets what this silo has encoded go to a spill when it must leave.</summary>
    /// <param name="byteBudget">Bytes that it may hold.</param>
    /// <param name="spill">Null for none.</param>
    public static FeatureCache CreateCache(long byteBudget, IPyramidSpill? spill) => spill is null ? new FeatureCache(byteBudget) : new FeatureCache(byteBudget, (key, features) =>
    {
        if (FeatureKeys.IsCopy(key))
        {
            features.Dispose();
        }
        else
        {
            spill.Take(key, features);
        }
    });
}
