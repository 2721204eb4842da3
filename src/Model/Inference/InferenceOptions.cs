using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Inference;

/// <summary>How an inference file is run; named as in the reference.</summary>
public sealed record InferenceOptions
{
    /// <summary>What comes first where a sample does not say.</summary>
    public string GenerateMode { get; init; } = "generate_texts";

    /// <summary>Turns of generation where a sample does not say; with <see cref="AutoEnd"/> always.</summary>
    public int IterationCount { get; init; } = 1;

    /// <summary>Whether to end when the model ends.</summary>
    public bool AutoEnd { get; init; }

    /// <summary>Whether an image follows every text, wanted by the model or not.</summary>
    public bool ForceImageNext { get; init; }

    /// <summary>Whether a sample's scripted text takes the place of the model's.</summary>
    public bool ReplaceText { get; init; }

    /// <summary>How text is generated.</summary>
    public TextOptions Text { get; init; } = new();

    /// <summary>How images are painted.</summary>
    public DenoisingOptions Image { get; init; } = new(30, 7.5);

    /// <summary>Seed of the images.</summary>
    public long ImageSeed { get; init; } = 42;

    /// <summary>Whether a sample starts with an image, whose last image is then a place holder that is not read.</summary>
    public bool PaintsFirst(InferenceSample sample) => (sample.GenerateMode ?? GenerateMode) == "generate_images";
}
