using System.Text.Json.Serialization;
using MmiGrains.Silo.Http.OpenAi.Answers;

namespace MmiGrains.Silo.Http.OpenAi.Completions;

/// <summary>Text that goes on, whole or in pieces.</summary>
internal sealed record Completion(string Id, long Created, string Model, IReadOnlyList<CompletionChoice> Choices)
{
    public string Object => "text_completion";

    /// <summary>What it cost, at the end.</summary>
    public UsageBody? Usage { get; init; }
}

/// <summary>The one there is.</summary>
internal sealed record CompletionChoice(int Index, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason);
