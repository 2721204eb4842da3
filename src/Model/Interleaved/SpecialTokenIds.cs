namespace MmiGrains.Model.Interleaved;

/// <summary>Ids that the sequence rules know; the defaults are the release's.</summary>
public sealed record SpecialTokenIds
{
    /// <summary>Begins a document.</summary>
    public int Bos { get; init; } = 1;

    /// <summary>Ends a document.</summary>
    public int Eos { get; init; } = 2;

    /// <summary>Fills rows; an ordinary row of the vocabulary.</summary>
    public int Pad { get; init; } = 31999;

    /// <summary>Begins an image.</summary>
    public int Soi { get; init; } = 32000;

    /// <summary>Stands for one visual token of an image.</summary>
    public int Image { get; init; } = 32001;
}
