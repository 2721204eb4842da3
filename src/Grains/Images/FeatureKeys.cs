using MmiGrains.Contracts.Images;

namespace MmiGrains.Grains.Images;

/// <summary>The names of encoded images in a silo's cache.</summary>
public static class FeatureKeys
{
    private const string CopyPrefix = "copy:";

    /// <summary>What this silo has encoded.</summary>
    public static string Encoded(string encoder, ImageId image) => $"{encoder}:{image}";

    /// <summary>
    /// What this silo has fetched. A name of its own: who fetches waits for whoever encodes, which may come to be this silo, and must not find itself.
    /// </summary>
    public static string Copy(string encoder, ImageId image) => CopyPrefix + Encoded(encoder, image);

    /// <summary>Whether it was fetched, and so is somebody else's to keep.</summary>
    public static bool IsCopy(string key) => key.StartsWith(CopyPrefix, StringComparison.Ordinal);
}
