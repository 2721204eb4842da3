using System.Text;
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

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>
/// <c>/v1/chat/completions</c>: a conversation that its client keeps, answered once. Each request is a session of its own that is gone when the answer is whole or the
/// client has left; what it has in common with the last request is not computed again.
/// </summary>
/// <param name="names">The models.</param>
/// <param name="builder">Makes turns of messages.</param>
/// <param name="sessions">Answers.</param>
/// <param name="pictures">Addresses of pictures.</param>
internal sealed class ChatEndpoint(ServedNames names, ConversationBuilder builder, PassingSessions sessions, ChatPictures pictures)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/chat/completions", (HttpContext context, ChatEndpoint endpoint) => endpoint.AnswerAsync(context))
            .Note(EndpointNotes.OpenAi, "Answer a conversation", "Streamed, it is chunks as server-sent events, with pictures in their places.")
            .TakesHeader(OnceKey.Header, "The same key with the same body is one answer, for twenty minutes.").TakesHeader(RequestReader.StrictHeader, "1 refuses fields that are not known.").Reads<ChatRequestBody>().Answers<ChatCompletion>();

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var request = await RequestReader.ReadAsync(context.Request, body => ChatRequest.Read(body, names));
        var form = PictureForms.Read(context.Request, request.Model, names);
        var (tenant, gone) = (context.Tenant(), context.RequestAborted);
        await using var session = await sessions.BeginAsync(tenant, await builder.BuildAsync(tenant, request.Messages, gone), request.Settings, OnceKey.Of(context), gone);
        var id = $"chatcmpl-{session.Name}";
        if (request.IsStreamed)
        {
            await StreamAsync(context, session, request, form, id);
        }
        else
        {
            var completion = await CollectAsync(context, session, request, form, id);
            await context.Response.WriteAsJsonAsync(completion, OpenAiJson.Default.ChatCompletion, cancellationToken: gone);
        }
    }

    private async Task StreamAsync(HttpContext context, PassingSession session, ChatRequest request, PictureForm form, string id)
    {
        var (stream, created) = (new ChunkStream(context), session.Created);
        var (characters, images) = (0, 0);
        await stream.GuardAsync(async () =>
        {
            await Say(new ChatDelta("assistant", "", null));
            await Beats.ReadAsync(session.WatchAsync(context.RequestAborted), TakeAsync, stream.BeatAsync, context.RequestAborted);
        });

        async Task<bool> TakeAsync(ChatEvent news)
        {
            switch (news)
            {
                case TextDelta delta when delta.Text.Length > 0 || delta.LogProbabilities is not null:
                    characters += delta.Text.Length;
                    await Say(new ChatDelta(null, delta.Text, null), logarithms: TokenSpelling.Of(delta, names));
                    break;
                case ImageCompleted { Image: var image } when form == PictureForm.Markdown:
                    await Say(new ChatDelta(null, MarkdownPictures.Write(await pictures.SignedAsync(context, image)), null));
                    break;
                case ImageCompleted { Image: var image }:
                    await Say(new ChatDelta(null, null, [new PicturePart(new PictureUrl(await pictures.DataAsync(context, image)), images++, characters)]));
                    break;
                case TurnCompleted completed:
                    await Say(new ChatDelta(null, null, null), Reason(completed));
                    if (request.IncludesUsage)
                    {
                        await stream.WriteAsync(new ChatChunk(id, created, request.Model, []) { Usage = UsageBody.Of(completed.Usage) }, OpenAiJson.Default.ChatChunk);
                    }

                    await stream.EndAsync();
                    break;
                case TurnFailed failed:
                    await stream.FailAsync(TurnFailures.ToError(failed));
                    break;
                case TurnCancelled:
                    await stream.FailAsync(TurnFailures.Cancelled);
                    break;
            }

            return !news.EndsTurn;
        }

        Task Say(ChatDelta delta, string? reason = null, LogProbabilityList? logarithms = null) =>
            stream.WriteAsync(new ChatChunk(id, created, request.Model, [new ChunkChoice(0, delta, reason, logarithms)]), OpenAiJson.Default.ChatChunk);
    }

    private async Task<ChatCompletion> CollectAsync(HttpContext context, PassingSession session, ChatRequest request, PictureForm form, string id)
    {
        var (content, said, created) = (new StringBuilder(), new StringBuilder(), session.Created);
        var (images, parts, logarithms) = (new List<PicturePart>(), new List<object>(), new List<LogProbability>());
        await foreach (var news in session.WatchAsync(context.RequestAborted))
        {
            switch (news)
            {
                case TextDelta delta:
                    content.Append(delta.Text);
                    said.Append(delta.Text);
                    logarithms.AddRange(TokenSpelling.Of(delta, names)?.Content ?? []);
                    break;
                case ImageCompleted { Image: var image } when form == PictureForm.Markdown:
                    content.Append(MarkdownPictures.Write(await pictures.SignedAsync(context, image)));
                    break;
                case ImageCompleted { Image: var image }:
                    EndText();
                    images.Add(new PicturePart(new PictureUrl(await pictures.DataAsync(context, image)), images.Count, content.Length));
                    parts.Add(images[^1]);
                    break;
                case TurnCompleted completed:
                    EndText();
                    var message = form == PictureForm.Parts ? new ChatMessage(content.ToString(), images, parts) : new ChatMessage(content.ToString(), null, null);
                    var choice = new ChatChoice(0, message, Reason(completed), request.Settings.LogProbabilities ? new LogProbabilityList(logarithms) : null);
                    return new ChatCompletion(id, created, request.Model, [choice], UsageBody.Of(completed.Usage));
                case TurnFailed failed:
                    throw TurnFailures.ToError(failed).ToException();
            }
        }

        throw TurnFailures.Cancelled.ToException();

        void EndText()
        {
            if (said.Length > 0)
            {
                parts.Add(new TextBody(said.ToString()));
                said.Clear();
            }
        }
    }

    private static string Reason(TurnCompleted completed) => completed.Reason == FinishReason.Length ? "length" : "stop";
}
