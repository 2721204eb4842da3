namespace MmiGrains.Contracts.Illustration;

/// <summary>Which pictures a document gets. It is made from the document, may be changed by hand, and with the model's weights decides every pixel.</summary>
[GenerateSerializer, Immutable, Alias("mmi.IllustrationPlan")]
public sealed record IllustrationPlan
{
    /// <summary>The document's file name.</summary>
    [Id(0)]
    public string Document { get; init; } = "";

    /// <summary>SHA-256 of the document that the places belong to: 64 hexadecimal digits.</summary>
    [Id(1)]
    public string DocumentHash { get; init; } = "";

    /// <summary>Said before everything else, as a style would be; empty for nothing.</summary>
    [Id(2)]
    public string Style { get; init; } = "";

    /// <summary>Pictures that are shown before everything else: characters, a style.</summary>
    [Id(3)]
    public IReadOnlyList<PinnedReference> References { get; init; } = [];

    /// <summary>Denoising steps of a picture.</summary>
    [Id(4)]
    public int Steps { get; init; } = 25;

    /// <summary>How far beyond the unconditional prediction to go; 1 does without guidance.</summary>
    [Id(5)]
    public double GuidanceScale { get; init; } = 2.5;

    /// <summary>The consistency that a picture must have with those that it must agree with, -1 to 1; below it another seed is tried.</summary>
    [Id(6)]
    public double Threshold { get; init; }

    /// <summary>Other seeds that are tried at most; then the most consistent picture is kept.</summary>
    [Id(7)]
    public int Retries { get; init; } = 2;

    /// <summary>The pictures, in the document's order.</summary>
    [Id(8)]
    public IReadOnlyList<PlannedFigure> Figures { get; init; } = [];
}
