using MmiGrains.Model.Tensors;

namespace MmiGrains.Model.Interleaved;

/// <summary>What the visual tokenizer adds around encoder and resampler.</summary>
public sealed record VisualTokenizerConfig
{
    /// <summary>Epsilon of its layer norms.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>Side of the stored position table: the encoder's patch grid.</summary>
    public int PosGrid { get; init; } = 16;

    /// <summary>
    /// Base of the position table's frequencies, for fresh models; what is trained has its table among its weights. On a grid of a few cells most of the
    /// reference's frequencies say the same everywhere, and what lies where is learned slowly or never.
    /// </summary>
    public double PosBase { get; init; } = SinCosPositions.Base;
}
