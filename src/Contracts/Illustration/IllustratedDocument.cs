namespace MmiGrains.Contracts.Illustration;

/// <summary>A document's pictures as they stand, each with all that made it.</summary>
/// <param name="Spec">The document and its plan.</param>
/// <param name="Figures">One for each of the plan's, in order.</param>
/// <param name="Progress">How far it is.</param>
[GenerateSerializer, Immutable, Alias("mmi.IllustratedDocument")]
public sealed record IllustratedDocument(
    [property: Id(0)] DocumentSpec Spec, [property: Id(1)] IReadOnlyList<IllustratedFigure> Figures, [property: Id(2)] DocumentProgress Progress);

/// <summary>A picture of a document.</summary>
/// <param name="Id">Its name, as fig-7.</param>
/// <param name="Tries">What was painted, oldest first.</param>
/// <param name="Kept">Number of the try that is kept, from 1; 0 while there is none.</param>
[GenerateSerializer, Immutable, Alias("mmi.IllustratedFigure")]
public sealed record IllustratedFigure([property: Id(0)] string Id, [property: Id(1)] IReadOnlyList<FigureTry> Tries, [property: Id(2)] int Kept)
{
    /// <summary>The try that is kept; null while there is none.</summary>
    public FigureTry? KeptTry => Kept == 0 ? null : Tries[Kept - 1];
}

/// <summary>One painting of a picture, with all that made it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Seed">Seed of the turn.</param>
/// <param name="Session">The conversation that it was painted in.</param>
[GenerateSerializer, Immutable, Alias("mmi.FigureTry")]
public sealed record FigureTry([property: Id(0)] int Number, [property: Id(1)] long Seed, [property: Id(2)] string Session)
{
    /// <summary>Names the turn: the picture's name, '+', the number of the try.</summary>
    [Id(3)]
    public string Key { get; init; } = "";

    /// <summary>What the model was told last.</summary>
    [Id(4)]
    public string Prompt { get; init; } = "";

    /// <summary>SHA-256 of the images that it saw, oldest first.</summary>
    [Id(5)]
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>SHA-256 of the weights; empty where that was not known.</summary>
    [Id(6)]
    public string Model { get; init; } = "";

    /// <summary>SHA-256 of what was painted; null while it is not.</summary>
    [Id(7)]
    public string? Image { get; init; }

    /// <summary>How well it agrees with what it must agree with, -1 to 1; null where that is nothing.</summary>
    [Id(8)]
    public double? Score { get; init; }

    /// <summary>Seconds from asking to the picture.</summary>
    [Id(9)]
    public double Seconds { get; init; }

    /// <summary>Why there is no picture, in one sentence; null where there is one, or it is not painted yet.</summary>
    [Id(10)]
    public string? Problem { get; init; }
}
