namespace MmiGrains.Contracts.Illustration;

/// <summary>A picture that every picture of a document must agree with.</summary>
/// <param name="Text">What is said before it is shown, as "this is Bo."; may be empty.</param>
/// <param name="Image">SHA-256 of an image that the tenant has put.</param>
[GenerateSerializer, Immutable, Alias("mmi.PinnedReference")]
public sealed record PinnedReference([property: Id(0)] string Text, [property: Id(1)] string Image);
