using System.Security.Cryptography;
using MmiGrains.Contracts.Images;

namespace MmiGrains.Grains.Images;

/// <summary>What names an image.</summary>
public static class ImageHash
{
    /// <summary>64 hexadecimal digits, lower case.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The name of a tenant's image.</summary>
    public static ImageId ToId(string tenant, ReadOnlySpan<byte> bytes) => new(tenant, Of(bytes));
}
