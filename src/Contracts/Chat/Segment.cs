using System.Text.Json.Serialization;
using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Chat;

/// <summary>A run of text, or one image, in a conversation.</summary>
[JsonDerivedType(typeof(TextSegment), "text")]
[JsonDerivedType(typeof(ImageSegment), "image")]
[GenerateSerializer, Immutable, Alias("mmi.Segment")]
public abstract record Segment;

/// <summary>A run of text. It is literal: what spells a special token stays text.</summary>
/// <param name="Text">The text.</param>
[GenerateSerializer, Immutable, Alias("mmi.TextSegment")]
public sealed record TextSegment([property: Id(0)] string Text) : Segment;

/// <summary>One image.</summary>
/// <param name="Image">Which.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImageSegment")]
public sealed record ImageSegment([property: Id(0)] ImageId Image) : Segment;
