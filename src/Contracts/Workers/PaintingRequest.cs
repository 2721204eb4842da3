using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Workers;

/// <summary>An image to paint.</summary>
/// <param name="SpanId">Names this try.</param>
/// <param name="Owner">Who is told.</param>
/// <param name="Tenant">Whose image it becomes.</param>
/// <param name="Prompt">What to paint.</param>
/// <param name="Before">The images before it, oldest first.</param>
/// <param name="Seed">The same seed paints the same image.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="GuidanceScale">How far beyond the unconditional prediction to go.</param>
[GenerateSerializer, Immutable, Alias("mmi.PaintingRequest")]
public sealed record PaintingRequest(
    [property: Id(0)] string SpanId, [property: Id(1)] ISpanOwner Owner, [property: Id(2)] string Tenant, [property: Id(3)] ImagePrompt Prompt,
    [property: Id(4)] IReadOnlyList<ImageId> Before, [property: Id(5)] long Seed, [property: Id(6)] int Steps, [property: Id(7)] double GuidanceScale)
{
    /// <summary>Steps from one preview to the next; 0 for none.</summary>
    [Id(8)]
    public int PreviewEvery { get; init; }

    /// <summary>Smaller numbers first.</summary>
    [Id(9)]
    public int Priority { get; init; }
}
