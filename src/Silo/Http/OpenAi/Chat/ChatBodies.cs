using System.Text.Json.Serialization;
using MmiGrains.Silo.Http.OpenAi.Answers;

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>A whole answer.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, IReadOnlyList<ChatChoice> Choices, UsageBody Usage)
{
    public string Object => "chat.completion";
}

/// <summary>The one answer there is.</summary>
internal sealed record ChatChoice(int Index, ChatMessage Message, string FinishReason, LogProbabilityList? Logprobs);

/// <summary>What the model said. Pictures are in the text, or in <c>images</c>; then <c>parts</c> has text and pictures in their order.</summary>
internal sealed record ChatMessage(string Content, IReadOnlyList<PicturePart>? Images, IReadOnlyList<object>? Parts)
{
    public string Role => "assistant";
}

/// <summary>A run of text.</summary>
internal sealed record TextBody(string Text)
{
    public string Type => "text";
}

/// <summary>A picture.</summary>
/// <param name="ImageUrl">Its bytes, or where they are.</param>
/// <param name="Index">From 0, in this answer.</param>
/// <param name="Offset">Characters of text before it.</param>
internal sealed record PicturePart(PictureUrl ImageUrl, int Index, int Offset)
{
    public string Type => "image_url";
}

/// <summary>An address.</summary>
internal sealed record PictureUrl(string Url);

/// <summary>A piece of an answer.</summary>
internal sealed record ChatChunk(string Id, long Created, string Model, IReadOnlyList<ChunkChoice> Choices)
{
    public string Object => "chat.completion.chunk";

    /// <summary>What the answer cost, in a last chunk of its own.</summary>
    public UsageBody? Usage { get; init; }
}

/// <summary>What is new.</summary>
internal sealed record ChunkChoice(int Index, ChatDelta Delta, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason, LogProbabilityList? Logprobs);

/// <summary>Who speaks, at the beginning, then text or pictures.</summary>
internal sealed record ChatDelta(string? Role, string? Content, IReadOnlyList<PicturePart>? Images);

/// <summary>Of each token its probability.</summary>
internal sealed record LogProbabilityList(IReadOnlyList<LogProbability> Content);

/// <summary>A token and its probability's natural logarithm.</summary>
internal sealed record LogProbability(string Token, float Logprob, IReadOnlyList<int> Bytes)
{
    public IReadOnlyList<LogProbability> TopLogprobs => [];
}
