using System.Text.Json;
using System.Text.Json.Serialization;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>Documents to illustrate, and how; what is not given is as <see cref="IllustrationPlan"/> and <see cref="IllustrationSpec"/> have it.</summary>
internal sealed record NewIllustrationBody
{
    [JsonRequired]
    public IReadOnlyList<NewDocumentBody> Documents { get; init; } = [];

    /// <summary>chapter, section, words or markers.</summary>
    public string? Every { get; init; }

    public int? Words { get; init; }

    public long? Seed { get; init; }

    public int? Steps { get; init; }

    public double? GuidanceScale { get; init; }

    public double? Threshold { get; init; }

    public int? Retries { get; init; }

    public string? Style { get; init; }

    public IReadOnlyList<PinnedReference>? References { get; init; }

    public int? Budget { get; init; }

    public int? Parallel { get; init; }

    public string? Webhook { get; init; }

    /// <summary>Of an estimate: whether one picture is painted where no rate is known.</summary>
    public bool? Measure { get; init; }

    /// <summary>Of an estimate: what an hour of painting costs.</summary>
    public double? PricePerHour { get; init; }
}

/// <summary>A document: its text, or its bytes in Base64; and its plan, if it has one.</summary>
internal sealed record NewDocumentBody
{
    [JsonRequired]
    public string Name { get; init; } = "";

    public string? Text { get; init; }

    public string? Content { get; init; }

    /// <summary>As <see cref="Documents.Planning.PlanFile"/> reads it.</summary>
    public JsonElement? Plan { get; init; }
}

/// <summary>A budget for a job that goes on.</summary>
internal sealed record ResumeBody
{
    public int? Budget { get; init; }
}

/// <summary>A seed for a picture that is painted again.</summary>
internal sealed record RepaintBody
{
    [JsonRequired]
    public long Seed { get; init; }
}
