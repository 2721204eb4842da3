namespace MmiGrains.Contracts.Illustration;

/// <summary>A batch of documents to illustrate.</summary>
/// <param name="Documents">The documents, each with its plan.</param>
[GenerateSerializer, Immutable, Alias("mmi.IllustrationSpec")]
public sealed record IllustrationSpec([property: Id(0)] IReadOnlyList<DocumentSpec> Documents)
{
    /// <summary>Pictures that may be painted in all, further tries included; null for as many as it takes.</summary>
    [Id(1)]
    public int? Budget { get; init; }

    /// <summary>Documents that are illustrated at the same time.</summary>
    [Id(2)]
    public int Parallel { get; init; } = 4;

    /// <summary>Told by POST when the job has ended; null for nobody.</summary>
    [Id(3)]
    public string? Webhook { get; init; }
}

/// <summary>A document to illustrate.</summary>
/// <param name="Name">Its file name; the ending tells the format.</param>
/// <param name="Content">SHA-256 of its bytes, which are stored before the job is begun.</param>
/// <param name="Plan">Its pictures.</param>
[GenerateSerializer, Immutable, Alias("mmi.DocumentSpec")]
public sealed record DocumentSpec([property: Id(0)] string Name, [property: Id(1)] string Content, [property: Id(2)] IllustrationPlan Plan);
