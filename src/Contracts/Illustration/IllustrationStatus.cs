namespace MmiGrains.Contracts.Illustration;

/// <summary>How far a batch of documents is.</summary>
/// <param name="Id">The job's name.</param>
/// <param name="State">What it does.</param>
/// <param name="Documents">Its documents, in order.</param>
[GenerateSerializer, Immutable, Alias("mmi.IllustrationStatus")]
public sealed record IllustrationStatus([property: Id(0)] string Id, [property: Id(1)] JobState State, [property: Id(2)] IReadOnlyList<DocumentProgress> Documents)
{
    /// <summary>Changes with everything that is told here.</summary>
    [Id(3)]
    public string Version { get; init; } = "";

    /// <summary>Pictures that may be painted in all; null for as many as it takes.</summary>
    [Id(4)]
    public int? Budget { get; init; }

    /// <summary>When it was begun.</summary>
    [Id(5)]
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    [Id(6)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it does not go on, in one sentence; null where it does.</summary>
    [Id(7)]
    public string? Problem { get; init; }

    /// <summary>Seconds that are left at the rate so far; null where nothing is measured yet.</summary>
    [Id(8)]
    public double? SecondsLeft { get; init; }

    /// <summary>Pictures that are done.</summary>
    public int Done => Documents.Sum(document => document.Done);

    /// <summary>Pictures in all.</summary>
    public int Total => Documents.Sum(document => document.Total);

    /// <summary>Pictures that were painted, those included that were not kept.</summary>
    public int Painted => Documents.Sum(document => document.Painted);
}

/// <summary>How far a document is.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="State">What happens to it.</param>
/// <param name="Done">Pictures that are done.</param>
/// <param name="Total">Pictures in all.</param>
/// <param name="Painted">Tries that were begun.</param>
[GenerateSerializer, Immutable, Alias("mmi.DocumentProgress")]
public sealed record DocumentProgress(
    [property: Id(0)] string Name, [property: Id(1)] JobState State, [property: Id(2)] int Done, [property: Id(3)] int Total, [property: Id(4)] int Painted)
{
    /// <summary>Why it does not go on, in one sentence; null where it does.</summary>
    [Id(5)]
    public string? Problem { get; init; }

    /// <summary>Seconds of painting so far.</summary>
    [Id(6)]
    public double Seconds { get; init; }

    /// <summary>Which of the document's states this is, counted up from 1: of two, the higher is newer. 0 where the document was not begun.</summary>
    [Id(7)]
    public long Revision { get; init; }

    /// <summary>How often the job had been resumed when the document last went on.</summary>
    [Id(8)]
    public int Generation { get; init; }
}
