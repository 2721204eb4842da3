using System.Text.Json.Serialization;
using MmiGrains.Model.Clip;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Perceiver;
using MmiGrains.Model.Training;

namespace MmiGrains.Model.Interleaved;

/// <summary>The whole model's sizes; the defaults are the release's (Vicuna-13B, CLIP ViT-L/14, Stable Diffusion 2.1 base).</summary>
public sealed record MmInterleavedConfig
{
    /// <summary>Side of the images that the encoder reads.</summary>
    public int ImageResolutionEncoder { get; init; } = 224;

    /// <summary>Side of the images that the decoder paints.</summary>
    public int ImageResolutionDecoder { get; init; } = 512;

    /// <summary>Ids that the sequence rules know.</summary>
    public SpecialTokenIds SpecialTokens { get; init; } = new();

    /// <summary>Lengths.</summary>
    public SequenceConfig Sequence { get; init; } = new();

    /// <summary>The language model.</summary>
    public LlamaConfig Llm { get; init; } = new();

    /// <summary>The image encoder.</summary>
    public ClipVisionConfig VisionEncoder { get; init; } = new();

    /// <summary>Image features to visual tokens.</summary>
    public PerceiverConfig VisualResampler { get; init; } = new() { DropoutInTraining = 0.1 };

    /// <summary>What surrounds encoder and resampler.</summary>
    public VisualTokenizerConfig VisualTokenizer { get; init; } = new();

    /// <summary>Context features to the UNet's conditioning.</summary>
    public PerceiverConfig ImageResampler { get; init; } = new()
    {
        NumQueries = 77,
        HiddenSize = 1024,
        EncoderHiddenSize = 5120,
        CrossAttentionFrequency = 1,
        NumHiddenLayers = 1,
        NumAttentionHeads = 16,
        QkNormalization = false,
    };

    /// <summary>The image decoder.</summary>
    public ImageDecoderConfig ImageDecoder { get; init; } = new();

    /// <summary>Parts that are switched off, for experiments.</summary>
    public AblationConfig Ablation { get; init; } = new();

    /// <summary>Loss weights.</summary>
    public LossConfig Loss { get; init; } = new();

    /// <summary>The optimizer of pre-training.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Side of the latents of a painted image.</summary>
    [JsonIgnore]
    public int LatentSide => ImageResolutionDecoder / ImageDecoder.Vae.Reduction;

    /// <summary>Sides of the pyramid's levels that the language model or the image decoder looks at, large to small.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> PyramidSides => [.. Llm.Mmfs.Levels.Union(ImageDecoder.Mmfs.Levels).OrderDescending()];
}
