namespace MmiGrains.Contracts.Images;

/// <summary>An image of a tenant: the SHA-256 of its original bytes. Two tenants' copies of one image have nothing to do with each other.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Hash">64 hexadecimal digits, lower case.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageId")]
public readonly record struct ImageId([property: Id(0)] string Tenant, [property: Id(1)] string Hash)
{
    private const int HashDigits = 64;

    /// <summary>The key of its grain.</summary>
    public override string ToString() => $"{Tenant}/{Hash}";

    /// <summary>The image of a grain's key.</summary>
    /// <exception cref="ArgumentException">It is not the key of an image.</exception>
    public static ImageId Parse(string key)
    {
        var slash = key.LastIndexOf('/');
        var hash = key[(slash + 1)..];
        return slash > 0 && hash.Length == HashDigits && hash.All(char.IsAsciiHexDigitLower)
            ? new ImageId(key[..slash], hash)
            : throw new ArgumentException($"An image's key is a tenant, '/' and {HashDigits} hexadecimal digits; this one is '{key}'.");
    }
}
