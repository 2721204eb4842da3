using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>A document's pictures and the conversation that they are painted in: all that going on needs.</summary>
internal sealed record DocumentRecord(DocumentSpec Spec)
{
    public JobState State { get; init; } = JobState.Running;

    public string? Problem { get; init; }

    /// <summary>One for each of the plan's figures.</summary>
    public IReadOnlyList<IllustratedFigure> Figures { get; init; } = [.. Spec.Plan.Figures.Select(figure => new IllustratedFigure(figure.Id, [], 0))];

    /// <summary>The newest conversation; null before the first.</summary>
    public FigureSession? Session { get; init; }

    /// <summary>Conversations so far.</summary>
    public int SessionCount { get; init; }

    /// <summary>A picture that is wanted anew, with this seed.</summary>
    public WantedAnew? Anew { get; init; }

    /// <summary>How often the job was resumed when it last began.</summary>
    public int Generation { get; init; }

    /// <summary>Tries so far.</summary>
    public int TryCount => Figures.Sum(figure => figure.Tries.Count);

    public DocumentProgress Progress => new(Spec.Name, State, Figures.Count(figure => figure.Kept > 0), Figures.Count, TryCount)
    {
        Problem = Problem,
        Generation = Generation,
        Seconds = Figures.Sum(figure => figure.Tries.Sum(one => one.Seconds)),
    };

    /// <summary>The record with a figure in another state.</summary>
    public DocumentRecord With(int figure, IllustratedFigure changed) => this with { Figures = [.. Figures.Select((one, i) => i == figure ? changed : one)] };

    /// <summary>The record with a figure's newest try in another state.</summary>
    public DocumentRecord WithTry(int figure, FigureTry changed) => With(figure, Figures[figure] with { Tries = [.. Figures[figure].Tries.SkipLast(1), changed] });
}

/// <summary>A picture that is wanted anew.</summary>
/// <param name="Figure">Its number in the plan.</param>
/// <param name="Seed">With which seed.</param>
internal sealed record WantedAnew(int Figure, long Seed);

/// <summary>A conversation in which pictures are painted.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Before">Numbers and tries of the pictures that it begins after, in the document's order.</param>
internal sealed record FigureSession(string Name, IReadOnlyList<ShownFigure> Before)
{
    /// <summary>The pictures that were painted in it, in order; all are kept, or nothing more is said in it.</summary>
    public IReadOnlyList<ShownFigure> Painted { get; init; } = [];

    /// <summary>Everything that it shows.</summary>
    public IEnumerable<ShownFigure> All => Before.Concat(Painted);
}

/// <summary>A picture that a conversation shows.</summary>
/// <param name="Figure">Its number in the plan.</param>
/// <param name="Try">Number of the try, from 1.</param>
internal sealed record ShownFigure(int Figure, int Try);
