using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>How far a job is.</summary>
internal sealed record JobBody(string Id, string State, int Done, int Total, int Painted, DateTimeOffset Created, IReadOnlyList<JobDocumentBody> Documents)
{
    public int? Budget { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public string? Problem { get; init; }

    public double? SecondsLeft { get; init; }

    public static JobBody Of(IllustrationStatus status) => new(
        status.Id, Name(status.State), status.Done, status.Total, status.Painted, status.Created, [.. status.Documents.Select(JobDocumentBody.Of)])
    {
        Budget = status.Budget,
        Ended = status.Ended,
        Problem = status.Problem,
        SecondsLeft = status.SecondsLeft,
    };

    /// <summary>A state as a word.</summary>
    public static string Name(JobState state) => state.ToString().ToLowerInvariant();
}

/// <summary>How far a document of a job is.</summary>
internal sealed record JobDocumentBody(string Name, string State, int Done, int Total, int Painted, string? Problem)
{
    public static JobDocumentBody Of(DocumentProgress progress) =>
        new(progress.Name, JobBody.Name(progress.State), progress.Done, progress.Total, progress.Painted, progress.Problem);
}

/// <summary>A page of jobs, the newest first.</summary>
internal sealed record JobListBody(IReadOnlyList<JobBody> Jobs);

/// <summary>A document's pictures.</summary>
internal sealed record IllustratedDocumentBody(string Name, string State, IReadOnlyList<FigureBody> Figures)
{
    public static IllustratedDocumentBody Of(IllustratedDocument document) => new(
        document.Spec.Name, JobBody.Name(document.Progress.State), [.. document.Spec.Plan.Figures.Zip(document.Figures, FigureBody.Of)]);
}

/// <summary>A picture: what it is to show, and what was painted.</summary>
internal sealed record FigureBody(string Id, string Section, string Shows, string Caption, string Alt, int After, IReadOnlyList<FigureTry> Tries)
{
    public string? ImageId { get; init; }

    public long? Seed { get; init; }

    public double? Score { get; init; }

    public static FigureBody Of(PlannedFigure planned, IllustratedFigure figure) => new(
        planned.Id, planned.Section, planned.Shows, planned.Caption, planned.Alt, planned.After, figure.Tries)
    {
        ImageId = figure.KeptTry?.Image,
        Seed = figure.KeptTry?.Seed,
        Score = figure.KeptTry?.Score,
    };
}

/// <summary>Plans of documents, and what running them would take.</summary>
internal sealed record EstimateBody(IReadOnlyList<IllustrationPlan> Plans, int Pictures)
{
    /// <summary>Seconds of one picture, as measured with these weights and steps; absent where none was painted yet.</summary>
    public double? SecondsPerPicture { get; init; }

    /// <summary>Of how many pictures that is the mean.</summary>
    public long? Measured { get; init; }

    /// <summary>Seconds of all, where every first try is kept.</summary>
    public double? Seconds { get; init; }

    /// <summary>Seconds where every picture takes all of its tries.</summary>
    public double? SecondsAtMost { get; init; }

    /// <summary>What the seconds of painting cost at the price that was given.</summary>
    public double? Cost { get; init; }

    /// <summary>The same at most.</summary>
    public double? CostAtMost { get; init; }
}
