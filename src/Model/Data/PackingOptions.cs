namespace MmiGrains.Model.Data;

/// <summary>How samples become rows.</summary>
public sealed record PackingOptions
{
    /// <summary>Tokens of a row, at most. A longer sample is cut, at an image where <see cref="CutAtImages"/> says so.</summary>
    public int RowLength { get; init; } = 2048;

    /// <summary>Images of a row, at most: the reference's 15 for documents, 30 for pairs.</summary>
    public int MaxImages { get; init; } = 15;

    /// <summary>
    /// Whether a sample that does not fit is cut before its first image that does not, as the reference does with documents; what is
    /// cut off is dropped. Otherwise the sample begins the next row.
    /// </summary>
    public bool CutAtImages { get; init; }

    /// <summary>Share of rows in which samples form groups of two to eight that only begin and end once, for learning from examples.</summary>
    public double FewShotShare { get; init; }
}
