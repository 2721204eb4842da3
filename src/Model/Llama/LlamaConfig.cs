namespace MmiGrains.Model.Llama;

/// <summary>The language model; the defaults are Vicuna-13B's.</summary>
public sealed record LlamaConfig
{
    /// <summary>Channels of a token.</summary>
    public int HiddenSize { get; init; } = 5120;

    /// <summary>Channels inside the feed-forward.</summary>
    public int IntermediateSize { get; init; } = 13824;

    /// <summary>Layers.</summary>
    public int NumHiddenLayers { get; init; } = 40;

    /// <summary>Attention heads.</summary>
    public int NumAttentionHeads { get; init; } = 40;

    /// <summary>Longest sequence that was trained.</summary>
    public int MaxPositionEmbeddings { get; init; } = 2048;

    /// <summary>Epsilon of the norms.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeBase { get; init; } = 10000;

    /// <summary>Where it looks at images.</summary>
    public LlamaMmfsConfig Mmfs { get; init; } = new();
}
