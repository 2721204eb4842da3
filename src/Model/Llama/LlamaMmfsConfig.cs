using MmiGrains.Model.Mmfs;

namespace MmiGrains.Model.Llama;

/// <summary>Where the language model looks at images; the defaults are MM-Interleaved's.</summary>
public sealed record LlamaMmfsConfig
{
    /// <summary>Every so many layers look at images.</summary>
    public int EveryNLayers { get; init; } = 4;

    /// <summary>The first layer that does.</summary>
    public int FirstLayer { get; init; }

    /// <summary>Sides of the levels that are used, large to small.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [32, 16, 8];

    /// <summary>The side in whose pixels an offset is measured.</summary>
    public int BaseLevel { get; init; } = 16;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Sampling points per head and level.</summary>
    public int Points { get; init; } = 8;

    /// <summary>Rows of the table of relative image positions.</summary>
    public int MaxImages { get; init; } = 50;

    /// <summary>Channels of the images' features.</summary>
    public int ValueInputDim { get; init; } = 1024;

    /// <summary>Channels of a projected value.</summary>
    public int ValueInnerDim { get; init; } = 1024;

    /// <summary>How far apart a fresh model's points start.</summary>
    public double OffsetInit { get; init; } = 3.0;

    /// <summary>Whether a layer looks at images.</summary>
    public bool IsAt(int layer) => layer >= FirstLayer && (layer - FirstLayer) % EveryNLayers == 0;

    /// <summary>The synchronizer for a language model of such a width.</summary>
    public MmfsConfig ToMmfs(int hiddenSize) => new()
    {
        QueryWidth = hiddenSize,
        FeatureWidth = ValueInputDim,
        ValueWidth = ValueInnerDim,
        Heads = Heads,
        Points = Points,
        Levels = Levels,
        BaseLevel = BaseLevel,
        MaxImages = MaxImages,
        OffsetInit = OffsetInit,
    };
}
