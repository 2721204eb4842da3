using MmiGrains.Model.Mmfs.Looks;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>The images that a batch of rows may look at, and which token may look at which.</summary>
/// <param name="Memory">Projected values, one entry per layer that looks at images.</param>
/// <param name="Visibility">[rows, tokens, images], 1 where a token may look; with other token counts the last row counts.</param>
public sealed record VisibleImages(ImageMemory Memory, Tensor Visibility)
{
    /// <summary>For each row who is told what it looks at; null for nobody.</summary>
    public IReadOnlyList<LookRecorder?>? Recorders { get; init; }
}
