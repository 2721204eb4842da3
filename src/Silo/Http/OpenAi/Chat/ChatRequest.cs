using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>A request for an answer.</summary>
/// <param name="Model">The name it was asked by.</param>
/// <param name="Messages">The conversation.</param>
/// <param name="Settings">How to answer.</param>
/// <param name="IsStreamed">Whether the answer is wanted as it comes.</param>
/// <param name="IncludesUsage">Whether a streamed answer ends with what it cost.</param>
internal sealed record ChatRequest(string Model, IReadOnlyList<InputMessage> Messages, GenerationSettings Settings, bool IsStreamed, bool IncludesUsage)
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="ApiException">A field cannot be.</exception>
    public static ChatRequest Read(JsonFields body, ServedNames names)
    {
        var model = names.Read(body);
        var settings = SamplingReader.ReadPainting(body, SamplingReader.Read(body)) with { LogProbabilities = body.Flag("logprobs"), ImageFirst = body.Flag("image_first") };
        body.Whole("top_logprobs", 0, 0); // only the chosen token's is known
        var options = body.Object("stream_options");
        options?.Ignore("include_obfuscation");
        return new ChatRequest(model, MessageReader.Read(body), settings, body.Flag("stream"), options?.Flag("include_usage") == true);
    }
}
