namespace MmiGrains.Model.Clip;

/// <summary>CLIP's vision transformer; the defaults are ViT-L/14 at 224 pixels.</summary>
public sealed record ClipVisionConfig
{
    /// <summary>Channels of a token.</summary>
    public int HiddenSize { get; init; } = 1024;

    /// <summary>Channels inside the feed-forward.</summary>
    public int IntermediateSize { get; init; } = 4096;

    /// <summary>Transformer layers.</summary>
    public int NumHiddenLayers { get; init; } = 24;

    /// <summary>Attention heads.</summary>
    public int NumAttentionHeads { get; init; } = 16;

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>Side of the image, in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Epsilon of the transformer's layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Mean colour that is taken off, RGB in 0 to 1.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Standard deviation that colours are divided by.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The ViT-Adapter around it.</summary>
    public Adapter.AdapterConfig Adapter { get; init; } = new();

    /// <summary>Patches along a side.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Grid => ImageSize / PatchSize;
}
