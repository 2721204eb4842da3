using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Reading;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.OpenAi.Completions;

/// <summary><c>/v1/completions</c>: plain text goes on, without pictures.</summary>
/// <param name="names">The models.</param>
/// <param name="builder">Makes a turn of the text.</param>
/// <param name="sessions">Answers.</param>
internal sealed class CompletionEndpoint(ServedNames names, ConversationBuilder builder, PassingSessions sessions)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/completions", (HttpContext context, CompletionEndpoint endpoint) => endpoint.AnswerAsync(context))
            .Note(EndpointNotes.OpenAi, "Go on with a text", "Without pictures.").TakesHeader(OnceKey.Header, "The same key with the same body is one answer, for twenty minutes.").Reads<CompletionRequestBody>().Answers<Completion>();

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var (model, prompt, settings, isStreamed, includesUsage) = await RequestReader.ReadAsync(context.Request, Read);
        var (tenant, gone) = (context.Tenant(), context.RequestAborted);
        var conversation = await builder.BuildAsync(tenant, [new InputMessage("user", [new InputText(prompt, "prompt")], "prompt")], gone);
        await using var session = await sessions.BeginAsync(tenant, conversation, settings, OnceKey.Of(context), gone);
        var whole = new Completion($"cmpl-{session.Name}", session.Created, model, []);
        var (text, stream) = (new StringBuilder(), new ChunkStream(context));
        await stream.GuardAsync(() => Beats.ReadAsync(session.WatchAsync(gone), TakeAsync, () => isStreamed ? stream.BeatAsync() : Task.CompletedTask, gone));

        async Task<bool> TakeAsync(ChatEvent news)
        {
            switch (news)
            {
                case TextDelta { Text.Length: > 0 } delta when isStreamed:
                    await SayAsync(delta.Text, null);
                    break;
                case TextDelta delta:
                    text.Append(delta.Text);
                    break;
                case TurnCompleted completed when isStreamed:
                    await SayAsync("", Reason(completed));
                    if (includesUsage)
                    {
                        await stream.WriteAsync(whole with { Usage = UsageBody.Of(completed.Usage) }, OpenAiJson.Default.Completion);
                    }

                    await stream.EndAsync();
                    break;
                case TurnCompleted completed:
                    var answer = whole with { Choices = [new CompletionChoice(0, text.ToString(), Reason(completed))], Usage = UsageBody.Of(completed.Usage) };
                    await context.Response.WriteAsJsonAsync(answer, OpenAiJson.Default.Completion, cancellationToken: gone);
                    break;
                case TurnFailed or TurnCancelled:
                    var error = news is TurnFailed failed ? TurnFailures.ToError(failed) : TurnFailures.Cancelled;
                    if (!context.Response.HasStarted)
                    {
                        throw error.ToException();
                    }

                    await stream.FailAsync(error);
                    break;
            }

            return !news.EndsTurn;
        }

        Task SayAsync(string piece, string? reason) => stream.WriteAsync(whole with { Choices = [new CompletionChoice(0, piece, reason)] }, OpenAiJson.Default.Completion);
    }

    private (string Model, string Prompt, GenerationSettings Settings, bool IsStreamed, bool IncludesUsage) Read(JsonFields body)
    {
        var model = names.Read(body);
        body.Whole("best_of", 1, 1);
        body.Whole("logprobs", 0, 0);
        if (body.Flag("echo"))
        {
            throw JsonFields.Refuse("invalid_value", "echo", "echo must be false; it is true.");
        }

        if (body.Text("suffix", RequestReader.MostBytes) is { Length: > 0 } suffix)
        {
            throw JsonFields.Refuse("invalid_value", "suffix", $"suffix must be empty, since text only goes on at its end; it has {suffix.Length} characters.");
        }

        var options = body.Object("stream_options");
        return (model, ReadPrompt(body), SamplingReader.Read(body) with { MaxImages = 0 }, body.Flag("stream"), options?.Flag("include_usage") == true);
    }

    private static string ReadPrompt(JsonFields body)
    {
        var given = body.Find("prompt") ?? throw JsonFields.Refuse("missing_field", "prompt", "prompt must be a text; it is not given.");
        var (value, path) = given.ValueKind == JsonValueKind.Array && JsonFields.ItemsOf(given, "prompt", 1) is [var only] ? only : (given, "prompt");
        var text = JsonFields.TextOf(value, path, RequestReader.MostBytes);
        return text.Length is > 0 and <= MessageReader.MostCharacters ? text
            : throw JsonFields.Refuse(
                text.Length == 0 ? "invalid_value" : "context_length_exceeded", path, $"{path} must have 1 to {MessageReader.MostCharacters} characters; it has {text.Length}.");
    }

    private static string Reason(TurnCompleted completed) => completed.Reason == FinishReason.Length ? "length" : "stop";
}
