using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs.Looks;

namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>An image to paint.</summary>
public sealed record PaintRequest
{
    /// <summary>What to paint: [1, tokens, width] flat, as a decoder's span left it.</summary>
    public required float[] Prompt { get; init; }

    /// <summary>The images before it, oldest first; the painter looks at the last ones. They must outlive the request.</summary>
    public IReadOnlyList<ImageFeatures> Before { get; init; } = [];

    /// <summary>Steps, guidance and sampler.</summary>
    public required DenoisingOptions Options { get; init; }

    /// <summary>Seed of the noise: the same seed paints the same image.</summary>
    public long Seed { get; init; }

    /// <summary>Steps from one preview to the next; 0 for none.</summary>
    public int PreviewEvery { get; init; }

    /// <summary>Who asks: of those who wait, scopes take turns.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Smaller numbers are painted first.</summary>
    public int Priority { get; init; }

    /// <summary>Told what the painter looks at, on the engine's thread, until the request has ended; null for nobody.</summary>
    public LookRecorder? Looks { get; init; }
}
