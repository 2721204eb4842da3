using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>How an answer is generated; what is not given is as <see cref="GenerationSettings"/> has it.</summary>
internal sealed record SettingsBody
{
    private static readonly GenerationSettings Default = new();

    public int? MaxTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public long? Seed { get; init; }

    public int? MaxImages { get; init; }

    public bool? ImageFirst { get; init; }

    public int? ImageSteps { get; init; }

    public double? GuidanceScale { get; init; }

    public int? PreviewEvery { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    public bool? LogProbabilities { get; init; }

    public static SettingsBody Of(GenerationSettings settings) => new()
    {
        MaxTokens = settings.MaxTokens,
        Temperature = settings.Temperature,
        TopP = settings.TopP,
        Seed = settings.Seed,
        MaxImages = settings.MaxImages,
        ImageFirst = settings.ImageFirst,
        ImageSteps = settings.ImageSteps,
        GuidanceScale = settings.GuidanceScale,
        PreviewEvery = settings.PreviewEvery,
        Stop = settings.Stop,
        LogProbabilities = settings.LogProbabilities,
    };

    public GenerationSettings ToSettings() => new()
    {
        MaxTokens = MaxTokens ?? Default.MaxTokens,
        Temperature = Temperature ?? Default.Temperature,
        TopP = TopP ?? Default.TopP,
        Seed = Seed,
        MaxImages = MaxImages ?? Default.MaxImages,
        ImageFirst = ImageFirst ?? Default.ImageFirst,
        ImageSteps = ImageSteps ?? Default.ImageSteps,
        GuidanceScale = GuidanceScale ?? Default.GuidanceScale,
        PreviewEvery = PreviewEvery ?? Default.PreviewEvery,
        Stop = Stop ?? Default.Stop,
        LogProbabilities = LogProbabilities ?? Default.LogProbabilities,
    };
}
