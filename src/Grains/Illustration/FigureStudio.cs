using System.Diagnostics;
using System.Globalization;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Contracts.Images;
using MmiGrains.Documents;

namespace MmiGrains.Grains.Illustration;

/// <summary>What is painted next of a document, in which conversation, after which words; and the painting of it. Holds no state: the record does.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="job">Whose document.</param>
/// <param name="number">Which of the job's.</param>
/// <param name="blocks">The document's blocks.</param>
/// <param name="painter">Paints.</param>
/// <param name="rates">Told how long it took.</param>
internal sealed class FigureStudio(IGrainFactory grains, JobKey job, int number, IReadOnlyList<DocumentBlock> blocks, FigurePainter painter, PaintRates rates)
{
    private readonly FigureRoom _room = new(grains, job.Tenant, WarmName(job, number));

    /// <summary>The figure that comes next: one that is being painted, else one that is wanted anew, else the first that has no picture; null for none.</summary>
    public int? Next(DocumentRecord record)
    {
        for (var i = 0; i < record.Figures.Count; i++)
        {
            if (OpenTry(record, i) is not null)
            {
                return i;
            }
        }

        if (record.Anew is { } anew)
        {
            return anew.Figure;
        }

        var first = record.Figures.TakeWhile(figure => figure.Kept > 0).Count();
        return first < record.Figures.Count ? first : null;
    }

    /// <summary>A figure's try that was begun and has not ended; null for none.</summary>
    public FigureTry? OpenTry(DocumentRecord record, int figure) => record.Figures[figure].Tries is [.., { Image: null, Problem: null } open] ? open : null;

    /// <summary>A further try: in the conversation so far where it has come just to this figure and has room, else in a new one.</summary>
    /// <returns>The try, its conversation, and whether that is new.</returns>
    public async Task<(FigureTry Try, FigureSession Session, bool IsNew)> PlanAsync(DocumentRecord record, int figure)
    {
        var (plan, known, text) = (record.Spec.Plan, record.Figures[figure], await _room.TextAsync(record, blocks, figure));
        var next = known.Tries.Count + 1;
        var session = record.Session;
        var isNew = session is null || !GoesOn(record, session, figure) || !await _room.HasRoomAsync(record, session, text);
        if (isNew)
        {
            session = new FigureSession(job.Session(number, record.SessionCount + 1).Session, await _room.HistoryAsync(record, figure, text));
        }

        var planned = new FigureTry(next, record.Anew?.Figure == figure ? record.Anew.Seed : plan.Figures[figure].Seed + next - 1, session!.Name)
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{known.Id}+{next}"),
            Prompt = text,
            Parents = FigureHistory.Images(record, session),
            Model = await _room.ModelAsync(),
        };
        return (planned, session, isNew);
    }

    /// <summary>Paints a try, or finds it painted; says how well it agrees.</summary>
    public async Task<FigureTry> PaintAsync(DocumentRecord record, int figure, FigureTry open, CancellationToken stop)
    {
        var (plan, began) = (record.Spec.Plan, Stopwatch.GetTimestamp());
        var settings = new GenerationSettings
        {
            MaxTokens = 0,
            ImageFirst = true,
            MaxImages = 1,
            PreviewEvery = 0,
            Seed = open.Seed,
            ImageSteps = plan.Steps,
            GuidanceScale = plan.GuidanceScale,
        };
        try
        {
            var opening = FigureHistory.Opening(job.Tenant, record, record.Session!, WarmName(job, number));
            var image = await painter.PaintAsync($"{job.Tenant}/{open.Session}", opening, open.Key, open.Prompt, settings, stop);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            await rates.AddAsync(open.Model, plan.Steps, seconds);
            var score = await painter.CompareAsync(image, [.. References(record, figure)], stop);
            return open with { Image = image.Hash, Seconds = Math.Round(seconds, 3), Score = score };
        }
        catch (MmiException problem)
        {
            return open with { Problem = problem.Message };
        }
    }

    // Pinned pictures, and those that the figure must agree with, as they are kept now.
    private IEnumerable<ImageId> References(DocumentRecord record, int figure)
    {
        var plan = record.Spec.Plan;
        var agreed = record.Figures.Where(one => plan.Figures[figure].AgreesWith.Contains(one.Id)).Select(one => one.KeptTry?.Image).OfType<string>();
        return plan.References.Select(pin => pin.Image).Concat(agreed).Select(image => new ImageId(job.Tenant, image));
    }

    // Everything that it shows is still kept, the figure before is the last of it, and the figure itself was never tried.
    private static bool GoesOn(DocumentRecord record, FigureSession session, int figure) =>
        record.Anew is null && record.Figures[figure].Tries.Count == 0
        && session.All.All(shown => record.Figures[shown.Figure].Kept == shown.Try)
        && (figure == 0 ? !session.All.Any() : session.All.LastOrDefault()?.Figure == figure - 1);

    private static string WarmName(JobKey job, int number) => job.Session(number, 0).Session;
}
