using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Looks;

/// <summary>What of one image was looked at.</summary>
/// <param name="Image">Which; an image that stands twice in the conversation comes twice.</param>
/// <param name="Share">What of all looking went to it.</param>
/// <param name="Points">The heaviest points, the heaviest first.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageLook")]
public sealed record ImageLook([property: Id(0)] ImageId Image, [property: Id(1)] float Share, [property: Id(2)] IReadOnlyList<LookPoint> Points);
