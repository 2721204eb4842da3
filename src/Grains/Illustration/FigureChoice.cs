using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>Which of a figure's tries is kept.</summary>
internal static class FigureChoice
{
    private const int MostProblems = 3;

    /// <summary>Whether a figure has failed so often that it is given up.</summary>
    public static bool IsHopeless(IllustratedFigure figure) => figure.Tries.Count(one => one.Problem is not null) % MostProblems == 0;

    /// <summary>The record once a try has ended.</summary>
    /// <param name="record">The record.</param>
    /// <param name="figure">Which figure.</param>
    /// <param name="done">Its newest try.</param>
    public static DocumentRecord Take(DocumentRecord record, int figure, FigureTry done)
    {
        var changed = record.WithTry(figure, done);
        if (done.Image is null)
        {
            return changed with { Session = null }; // what was said in it has no picture
        }

        var kept = Kept(record.Spec.Plan, changed.Figures[figure], isAnew: record.Anew?.Figure == figure);
        return changed.With(figure, changed.Figures[figure] with { Kept = kept > 0 ? kept : changed.Figures[figure].Kept }) with
        {
            Session = record.Session is { } session && session.Name == done.Session ? session with { Painted = [.. session.Painted, new ShownFigure(figure, done.Number)] } : record.Session,
            Anew = record.Anew?.Figure == figure ? null : record.Anew,
        };
    }

    // What is asked for by its seed is kept; else the first that agrees well enough, or after the last try the best.
    private static int Kept(IllustrationPlan plan, IllustratedFigure figure, bool isAnew)
    {
        var newest = figure.Tries[^1];
        var painted = figure.Tries.Where(one => one.Image is not null).ToArray();
        return isAnew || newest.Score is null || newest.Score >= plan.Threshold ? newest.Number
            : painted.Length <= plan.Retries ? 0
            : painted.MaxBy(one => one.Score ?? double.NegativeInfinity)!.Number;
    }
}
