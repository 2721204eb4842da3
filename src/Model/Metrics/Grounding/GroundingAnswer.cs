namespace MmiGrains.Model.Metrics.Grounding;

/// <summary>Where something is, and what the model wrote about that.</summary>
/// <param name="Expected">The box, in thousandths of the image's sides (0 to 999).</param>
/// <param name="Text">Generated text, which should hold a box.</param>
public sealed record GroundingAnswer(Box Expected, string Text);
