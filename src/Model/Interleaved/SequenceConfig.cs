namespace MmiGrains.Model.Interleaved;

/// <summary>Lengths of a sequence; the defaults are the release's.</summary>
public sealed record SequenceConfig
{
    /// <summary>Tokens of a row, at most.</summary>
    public int MaxLength { get; init; } = 2048;

    /// <summary>Visual tokens of an image.</summary>
    public int NumImgToken { get; init; } = 64;

    /// <summary>Tokens of the language model's own vocabulary.</summary>
    public int VocabSizeBase { get; init; } = 32000;

    /// <summary>All tokens.</summary>
    public int VocabSizeTotal { get; init; } = 32002;
}
