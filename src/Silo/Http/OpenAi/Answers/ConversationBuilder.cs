using System.Security.Cryptography;
using System.Text;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Model.Imaging;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.OpenAi.Reading;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>Makes turns of messages: what is said up to an answer is one turn, and what follows the last answer is to be answered. Pictures are stored first.</summary>
/// <param name="pictures">Takes pictures in.</param>
/// <param name="grains">The cluster.</param>
internal sealed class ConversationBuilder(Pictures pictures, IGrainFactory grains)
{
    private const int MostPictures = 32;

    /// <summary>The conversation of some messages.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="messages">Oldest first; the last is the user's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ApiException">There is nothing to answer, or a picture cannot be.</exception>
    public async Task<Conversation> BuildAsync(string tenant, IReadOnlyList<InputMessage> messages, CancellationToken cancellation)
    {
        if (messages.Count == 0)
        {
            throw JsonFields.Refuse("invalid_value", "messages", "messages must have at least one message; it has 0.");
        }

        if (messages[^1].Role == "assistant")
        {
            throw JsonFields.Refuse("invalid_value", $"{messages[^1].Path}.role", $"{messages[^1].Path}.role must be 'user', since the last message is the one that is answered; it is 'assistant'.");
        }

        RequireFewPictures(messages);
        var turns = new List<(List<Segment> Content, List<Segment> Answer)> { ([], []) };
        foreach (var message in messages)
        {
            var isAnswer = message.Role == "assistant";
            if (!isAnswer && turns[^1].Answer.Count > 0)
            {
                turns.Add(([], []));
            }

            await AddAsync(isAnswer ? turns[^1].Answer : turns[^1].Content, tenant, message.Parts, cancellation);
        }

        if (turns[^1].Content.Count == 0 || turns[^1].Answer.Count > 0)
        {
            throw JsonFields.Refuse("invalid_value", $"{messages[^1].Path}.content", $"{messages[^1].Path}.content must have a text or a picture; it has 0 of them.");
        }

        return new Conversation(turns[^1].Content, new SessionOpening
        {
            History = [.. turns.SkipLast(1).Select(turn => new PastTurn(turn.Content, turn.Answer))],
            WarmName = WarmName(turns[0].Content),
            IsPassing = true,
        });
    }

    private static void RequireFewPictures(IReadOnlyList<InputMessage> messages)
    {
        var count = messages.Sum(message => message.Parts.Count(part => part is not InputText));
        if (count > MostPictures)
        {
            throw JsonFields.Refuse("too_many_images", "messages", $"messages may have {MostPictures} pictures; they have {count}.");
        }
    }

    private async Task AddAsync(List<Segment> to, string tenant, IReadOnlyList<InputPart> parts, CancellationToken cancellation)
    {
        foreach (var part in parts)
        {
            if (part is not InputText text)
            {
                to.Add(new ImageSegment(await FindAsync(tenant, part, cancellation)));
            }
            else if (to is [.., TextSegment before])
            {
                to[^1] = new TextSegment($"{before.Text}\n{text.Text}");
            }
            else
            {
                to.Add(new TextSegment(text.Text));
            }
        }
    }

    private async Task<ImageId> FindAsync(string tenant, InputPart part, CancellationToken cancellation)
    {
        if (part is InputReference reference)
        {
            var id = new ImageId(tenant, reference.Hash);
            return await Patience.CallAsync(grains.GetGrain<IImageGrain>(id.ToString()).DescribeAsync, cancellation) is not null ? id
                : throw JsonFields.Refuse("image_not_found", part.Path, $"{part.Path} must name one of the tenant's pictures; there is no '{reference.Hash}'.");
        }

        try
        {
            return (await pictures.PutAsync(tenant, ((InputPicture)part).Bytes, cancellation)).Id;
        }
        catch (ImageInputException problem)
        {
            throw (ErrorTable.OfImage(problem.Message) with { Param = part.Path }).ToException();
        }
        catch (ApiException problem)
        {
            throw (problem.Error with { Param = part.Path }).ToException();
        }
    }

    // Requests that grow one conversation begin alike, and go where that beginning was read.
    private static string WarmName(IEnumerable<Segment> first)
    {
        var text = string.Concat(first.Select(segment => segment is ImageSegment image ? $"\n{image.Image.Hash}\n" : ((TextSegment)segment).Text));
        return $"beginning-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}";
    }
}
