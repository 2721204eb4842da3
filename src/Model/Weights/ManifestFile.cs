using System.Text.Json.Serialization;

namespace MmiGrains.Model.Weights;

/// <summary>One file of a <see cref="WeightManifest"/>.</summary>
/// <param name="Name">Its path below the manifest's folder, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The SHA-256 of its content, in 64 small hexadecimal digits.</param>
public sealed record ManifestFile(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("sha256")] string Sha256);
