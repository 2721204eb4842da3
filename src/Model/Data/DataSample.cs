namespace MmiGrains.Model.Data;

/// <summary>One document to train on: text and images in the order they are read.</summary>
/// <param name="Pieces">What it consists of; never empty.</param>
public sealed record DataSample(IReadOnlyList<SamplePiece> Pieces)
{
    /// <summary>Data set it comes from, as configurations name it ("mmc4", "scenes").</summary>
    public string Dataset { get; init; } = "";

    /// <summary>Where it can be found again, for messages: a file and line, or a seed.</summary>
    public string Origin { get; init; } = "";
}
