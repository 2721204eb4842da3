using MmiGrains.Model.Data;

namespace MmiGrains.Model.Evaluation;

/// <summary>What a reply is made of, up to its first picture.</summary>
/// <param name="HasWords">Whether it begins with words.</param>
/// <param name="HasPicture">Whether a picture follows them, or begins it.</param>
public readonly record struct ReplyForm(bool HasWords, bool HasPicture)
{
    /// <inheritdoc/>
    public override string ToString() => HasPicture ? HasWords ? "words and a picture" : "a picture" : "words";

    /// <summary>The replies of a conversation, each with what comes before it.</summary>
    public static IEnumerable<(IReadOnlyList<SamplePiece> Before, ReplyForm Form)> In(DataSample conversation)
    {
        var pieces = conversation.Pieces;
        for (var i = 1; i < pieces.Count; i++)
        {
            if (pieces[i].IsTrained && pieces[i] is not TurnEndPiece && !pieces[i - 1].IsTrained)
            {
                var hasWords = pieces[i] is TextPiece;
                var next = hasWords ? i + 1 : i;
                yield return ([.. pieces.Take(i)], new ReplyForm(hasWords, next < pieces.Count && pieces[next] is ImagePiece));
            }
        }
    }
}
