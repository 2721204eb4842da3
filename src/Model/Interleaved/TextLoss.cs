using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>Cross entropy of the next token.</summary>
public static class TextLoss
{
    /// <summary>Marks a target that is not trained.</summary>
    public const long Ignored = -100;

    /// <summary>The mean over trained targets; 0 where nothing is trained.</summary>
    /// <param name="logits">[rows, length, vocabulary]; the last position predicts nothing.</param>
    /// <param name="targets">[rows, length - 1].</param>
    public static Tensor Compute(Tensor logits, Tensor targets)
    {
        var flat = logits.narrow(1, 0, logits.shape[1] - 1).flatten(0, 1).to_type(ScalarType.Float32);
        var kept = (targets != Ignored).sum().to_type(ScalarType.Float32);
        var sum = nn.functional.cross_entropy(flat, targets.flatten(), ignore_index: Ignored, reduction: nn.Reduction.Sum);
        return sum / kept.clamp(min: 1);
    }
}
