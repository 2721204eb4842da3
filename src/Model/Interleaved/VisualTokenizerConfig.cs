namespace MmiGrains.Model.Interleaved;

/// <summary>What the visual tokenizer adds around encoder and resampler.</summary>
public sealed record VisualTokenizerConfig
{
    /// <summary>Epsilon of its layer norms.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>Side of the stored position table: the encoder's patch grid.</summary>
    public int PosGrid { get; init; } = 16;
}
