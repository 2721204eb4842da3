using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Http.OpenAi.Chat;
using MmiGrains.Silo.Http.OpenAi.Models;
using MmiGrains.Silo.Http.OpenAi.Reading;
using MmiGrains.Silo.Http.Reference;

namespace MmiGrains.Silo.Http.OpenAi.Painting;

/// <summary><c>/v1/images/generations</c> and <c>/v1/images/edits</c>: pictures from text, from pictures, and from a whole conversation.</summary>
/// <param name="names">The models.</param>
/// <param name="builder">Makes turns of prompts.</param>
/// <param name="sessions">Paints.</param>
/// <param name="pictures">Addresses of pictures.</param>
internal sealed class PaintEndpoints(ServedNames names, ConversationBuilder builder, PassingSessions sessions, ChatPictures pictures)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/images/generations", (HttpContext context, PaintEndpoints endpoints) => endpoints.GenerateAsync(context))
            .Note(EndpointNotes.OpenAi, "Paint pictures").TakesHeader(OnceKey.Header, "The same key with the same body is painted once, for twenty minutes.").Reads<PictureRequestBody>().Answers<PictureList>();
        app.MapPost("/v1/images/edits", (HttpContext context, PaintEndpoints endpoints) => endpoints.EditAsync(context))
            .Note(EndpointNotes.OpenAi, "Paint pictures from pictures", "Also as a form, with files named image.").Reads<PictureRequestBody>("application/json", "multipart/form-data").Answers<PictureList>();
    }

    /// <summary>Paints from text.</summary>
    public async Task GenerateAsync(HttpContext context) =>
        await AnswerAsync(context, await RequestReader.ReadAsync(context.Request, body => PaintRequest.Read(body, names, [])));

    /// <summary>Paints from pictures and text.</summary>
    public async Task EditAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            var form = await PaintForm.ReadAsync(context.Request);
            var fields = new JsonFields(form.Fields, "");
            var request = PaintRequest.Read(fields, names, GivenPictures.Of(form));
            if (RequestReader.IsStrict(context.Request))
            {
                fields.RequireAllRead();
            }

            await AnswerAsync(context, request);
        }
        else
        {
            await AnswerAsync(context, await RequestReader.ReadAsync(context.Request, body => PaintRequest.Read(body, names, GivenPictures.Of(body))));
        }
    }

    private async Task AnswerAsync(HttpContext context, PaintRequest request)
    {
        var (tenant, gone) = (context.Tenant(), context.RequestAborted);
        var conversation = await builder.BuildAsync(tenant, request.Messages, gone);
        var painted = await PaintAllAsync(tenant, conversation, request, OnceKey.Of(context), gone);
        var data = new List<PictureBody>();
        foreach (var (image, _, _) in painted)
        {
            data.Add(request.WantsUrl ? new PictureBody(null, await pictures.SignedAsync(context, image)) : new PictureBody(await pictures.Base64Async(context, image), null));
        }

        var side = names.Config.ImageResolutionDecoder;
        var list = new PictureList(painted.Min(one => one.Created), data, $"{side}x{side}", Cost(conversation, [.. painted.Select(one => one.Usage)]));
        await context.Response.WriteAsJsonAsync(list, OpenAiJson.Default.PictureList, cancellationToken: gone);
    }

    // Together: the painter takes them in one batch. When one fails the others are not wanted.
    private async Task<(ImageId Image, TurnUsage Usage, long Created)[]> PaintAllAsync(
        string tenant, Conversation conversation, PaintRequest request, OnceKey? once, CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var paintings = Enumerable.Range(0, request.Count)
            .Select(i => PaintAsync(tenant, conversation, request.Settings with { Seed = request.Settings.Seed + i }, once?.Part(i), stop)).ToArray();
        await ((Task)Task.WhenAll(paintings)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var first = paintings.FirstOrDefault(painting => painting.IsFaulted) ?? paintings[0]; // a refusal, rather than those that were stopped for it
        await first;
        return await Task.WhenAll(paintings);
    }

    private async Task<(ImageId Image, TurnUsage Usage, long Created)> PaintAsync(
        string tenant, Conversation conversation, GenerationSettings settings, OnceKey? once, CancellationTokenSource stop)
    {
        try
        {
            await using var session = await sessions.BeginAsync(tenant, conversation, settings, once, stop.Token);
            ImageId? image = null;
            await foreach (var news in session.WatchAsync(stop.Token))
            {
                switch (news)
                {
                    case ImageCompleted completed:
                        image = completed.Image;
                        break;
                    case TurnCompleted completed when image is { } painted:
                        return (painted, completed.Usage, session.Created);
                    case TurnFailed failed:
                        throw TurnFailures.ToError(failed).ToException();
                }
            }

            throw TurnFailures.Cancelled.ToException();
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private PictureUsage Cost(Conversation conversation, TurnUsage[] usages)
    {
        var each = 1 + names.Config.Sequence.NumImgToken;
        var shown = conversation.Opening.History.SelectMany(past => past.Content.Concat(past.Answer)).Concat(conversation.Content).Count(segment => segment is ImageSegment);
        var input = usages.Sum(usage => usage.PromptTokens);
        var images = Math.Min(shown * each * usages.Length, input);
        var output = usages.Length * each;
        return new PictureUsage(input, output, input + output, new PictureInput(input - images, images));
    }
}
