using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Contracts.Looks;

/// <summary>A picture that is painted once more, to tell what the painter looked at.</summary>
/// <param name="Tenant">Who asks.</param>
/// <param name="Prompt">What it was painted from.</param>
/// <param name="Before">The images before it, oldest first.</param>
/// <param name="Seed">Of its noise.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="GuidanceScale">How far beyond the unconditional prediction it went.</param>
/// <param name="Place">Where in the picture; null for all of it.</param>
[GenerateSerializer, Immutable, Alias("mmi.PaintingLookRequest")]
public sealed record PaintingLookRequest(
    [property: Id(6)] string Tenant, [property: Id(0)] ImagePrompt Prompt, [property: Id(1)] IReadOnlyList<ImageId> Before, [property: Id(2)] long Seed, [property: Id(3)] int Steps,
    [property: Id(4)] double GuidanceScale, [property: Id(5)] PicturePlace? Place);
