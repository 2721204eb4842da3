namespace MmiGrains.Model.Metrics.Captions;

/// <summary>A generated caption and what people wrote about the same image.</summary>
/// <param name="Candidate">The generated caption.</param>
/// <param name="References">People's captions, at least one.</param>
public sealed record CaptionPair(string Candidate, IReadOnlyList<string> References);
