using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>What comes of painting, in order.</summary>
public abstract record PaintEvent;

/// <summary>A step was done.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Preview">What the image would be if the rest of the noise were taken off at once; null between previews.</param>
public sealed record PaintProgress(int Step, int Steps, RgbImage? Preview) : PaintEvent;

/// <summary>The image is finished.</summary>
/// <param name="Image">The image.</param>
public sealed record Painted(RgbImage Image) : PaintEvent;

/// <summary>It was cancelled.</summary>
public sealed record PaintCancelled : PaintEvent;
