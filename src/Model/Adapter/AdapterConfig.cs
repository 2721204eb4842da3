namespace MmiGrains.Model.Adapter;

/// <summary>ViT-Adapter (arXiv 2205.08534); the defaults are MM-Interleaved's.</summary>
public sealed record AdapterConfig
{
    /// <summary>Channels of the convolutional stem.</summary>
    public int SpatialPriorChannels { get; init; } = 64;

    /// <summary>First and last transformer layer of each interaction, both included.</summary>
    public IReadOnlyList<IReadOnlyList<int>> InteractionBlocks { get; init; } = [[0, 5], [6, 11], [12, 17], [18, 23]];

    /// <summary>Further extractors in the last interaction.</summary>
    public int ExtraExtractorsOnLast { get; init; } = 2;

    /// <summary>Sampling points per head and level.</summary>
    public int DeformPoints { get; init; } = 4;

    /// <summary>Value channels as a share of the token's.</summary>
    public double DeformRatio { get; init; } = 0.5;

    /// <summary>Channels of the convolutional feed-forward as a share of the token's.</summary>
    public double FfnRatio { get; init; } = 0.25;

    /// <summary>Epsilon of the interactions' layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Epsilon of the stem's norms over channels.</summary>
    public double SpatialPriorNormEps { get; init; } = 1e-6;

    /// <summary>Side that the image is resized to for the stem: sixteen times the patch grid.</summary>
    public int SpatialPriorInput { get; init; } = 256;
}
