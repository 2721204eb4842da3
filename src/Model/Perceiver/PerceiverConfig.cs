namespace MmiGrains.Model.Perceiver;

/// <summary>A BLIP-2 Q-Former used as a resampler; the defaults are the released visual resampler's.</summary>
public sealed record PerceiverConfig
{
    /// <summary>Tokens that come out, whatever goes in.</summary>
    public int NumQueries { get; init; } = 64;

    /// <summary>Channels of a query.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Channels of the features that are attended to.</summary>
    public int EncoderHiddenSize { get; init; } = 1024;

    /// <summary>Every so many layers attend to the features, the first one included.</summary>
    public int CrossAttentionFrequency { get; init; } = 2;

    /// <summary>Layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Channels inside the feed-forward.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Whether queries and keys are normalised head by head.</summary>
    public bool QkNormalization { get; init; } = true;

    /// <summary>Epsilon of every layer norm.</summary>
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Dropout of activations and attention weights while training.</summary>
    public double DropoutInTraining { get; init; }
}
