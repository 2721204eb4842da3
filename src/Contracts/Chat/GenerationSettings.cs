namespace MmiGrains.Contracts.Chat;

/// <summary>How an answer is generated.</summary>
[GenerateSerializer, Immutable, Alias("mmi.GenerationSettings")]
public sealed record GenerationSettings
{
    /// <summary>Tokens of text in an answer, at most; 0 only where it begins with an image, and then it is that image.</summary>
    [Id(0)]
    public int MaxTokens { get; init; } = 256;

    /// <summary>Divides the logits before sampling; 0 takes the likeliest token.</summary>
    [Id(1)]
    public double Temperature { get; init; }

    /// <summary>Samples from the smallest set of likeliest tokens that together reach this probability.</summary>
    [Id(2)]
    public double TopP { get; init; } = 1;

    /// <summary>Seed of text and images; null draws one when the turn is accepted, and it is told with the answer.</summary>
    [Id(3)]
    public long? Seed { get; init; }

    /// <summary>Images in an answer, at most: a further one is not begun, and ends it.</summary>
    [Id(4)]
    public int MaxImages { get; init; } = 8;

    /// <summary>Whether the answer begins with an image, whatever the model would say.</summary>
    [Id(5)]
    public bool ImageFirst { get; init; }

    /// <summary>Denoising steps of an image.</summary>
    [Id(6)]
    public int ImageSteps { get; init; } = 25;

    /// <summary>How far beyond the unconditional prediction to go; 1 does without guidance.</summary>
    [Id(7)]
    public double GuidanceScale { get; init; } = 2.5;

    /// <summary>Denoising steps from one preview to the next; 0 for none.</summary>
    [Id(8)]
    public int PreviewEvery { get; init; } = 5;

    /// <summary>Texts that end the answer; they are not part of it.</summary>
    [Id(9)]
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether each token's logarithm of probability is told.</summary>
    [Id(10)]
    public bool LogProbabilities { get; init; }
}
