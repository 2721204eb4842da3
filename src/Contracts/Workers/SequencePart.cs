using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Workers;

/// <summary>A part of a sequence.</summary>
[GenerateSerializer, Immutable, Alias("mmi.SequencePart")]
public abstract record SequencePart;

/// <summary>Text that a user gave; the worker's tokenizer makes tokens of it.</summary>
/// <param name="Text">The text.</param>
[GenerateSerializer, Immutable, Alias("mmi.TextPart")]
public sealed record TextPart([property: Id(0)] string Text) : SequencePart;

/// <summary>Tokens that the model generated.</summary>
/// <param name="Ids">Their ids.</param>
[GenerateSerializer, Immutable, Alias("mmi.TokenPart")]
public sealed record TokenPart([property: Id(0)] IReadOnlyList<int> Ids) : SequencePart;

/// <summary>An image: a begin-of-image token and its visual tokens.</summary>
/// <param name="Image">Which.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImagePart")]
public sealed record ImagePart([property: Id(0)] ImageId Image) : SequencePart;

/// <summary>The end of an answer.</summary>
[GenerateSerializer, Immutable, Alias("mmi.TurnEndPart")]
public sealed record TurnEndPart : SequencePart;
