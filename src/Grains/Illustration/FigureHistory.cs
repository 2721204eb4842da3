using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Illustration;

/// <summary>What a conversation about a document begins with: style, pinned pictures, and earlier figures with their texts.</summary>
internal static class FigureHistory
{
    private const int MostCandidates = 32;

    /// <summary>The opening of a conversation.</summary>
    public static SessionOpening Opening(string tenant, DocumentRecord record, FigureSession session, string warmName) => new()
    {
        History = [.. Pinned(tenant, record.Spec.Plan), .. session.Before.Select(shown => Past(tenant, record, shown))],
        WarmName = warmName,
        IsPassing = true,
    };

    /// <summary>The images that a conversation shows, oldest first.</summary>
    public static IReadOnlyList<string> Images(DocumentRecord record, FigureSession session) =>
        [.. record.Spec.Plan.References.Select(pin => pin.Image), .. session.All.Select(shown => TryOf(record, shown).Image!)];

    /// <summary>A conversation as a sequence, up to a picture that is to come after a text.</summary>
    public static IReadOnlyList<SequencePart> Parts(string tenant, DocumentRecord record, IEnumerable<ShownFigure> shown, string prompt)
    {
        var past = Pinned(tenant, record.Spec.Plan).Concat(shown.Select(one => Past(tenant, record, one)));
        return [.. past.SelectMany(PartsOf), new TextPart(prompt), new ImagePart(Unknown(tenant))];
    }

    /// <summary>Kept figures that a new conversation may show, those that must be shown first, then the newest.</summary>
    /// <param name="record">The document.</param>
    /// <param name="figure">The figure that comes next.</param>
    public static IReadOnlyList<ShownFigure> Candidates(DocumentRecord record, int figure)
    {
        var agreed = record.Spec.Plan.Figures[figure].AgreesWith.ToHashSet();
        return
        [
            .. Enumerable.Range(0, figure).Where(i => record.Figures[i].Kept > 0).OrderByDescending(i => (agreed.Contains(record.Figures[i].Id), i))
                .Take(MostCandidates).Select(i => new ShownFigure(i, record.Figures[i].Kept)),
        ];
    }

    private static FigureTry TryOf(DocumentRecord record, ShownFigure shown) => record.Figures[shown.Figure].Tries[shown.Try - 1];

    private static PastTurn Past(string tenant, DocumentRecord record, ShownFigure shown)
    {
        var painted = TryOf(record, shown);
        return new PastTurn([new TextSegment(painted.Prompt)], [new ImageSegment(new ImageId(tenant, painted.Image!))]);
    }

    private static IEnumerable<PastTurn> Pinned(string tenant, IllustrationPlan plan)
    {
        if (plan.Style.Length > 0)
        {
            yield return new PastTurn([new TextSegment(plan.Style)], []);
        }

        foreach (var pin in plan.References)
        {
            yield return new PastTurn(pin.Text.Length > 0 ? [new TextSegment(pin.Text)] : [], [new ImageSegment(new ImageId(tenant, pin.Image))]);
        }
    }

    private static IEnumerable<SequencePart> PartsOf(PastTurn past) =>
        [.. past.Content.Concat(past.Answer).Select(segment => segment is ImageSegment image ? new ImagePart(image.Image) : (SequencePart)new TextPart(((TextSegment)segment).Text)), new TurnEndPart()];

    private static ImageId Unknown(string tenant) => new(tenant, new string('0', 64));
}
