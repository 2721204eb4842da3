using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>What the opening of a data set depends on beside its configuration.</summary>
/// <param name="Seed">Of every order and every chance.</param>
/// <param name="Problems">Where rows that cannot be used are accounted for.</param>
public sealed record DatasetContext(long Seed, RowProblems Problems)
{
    /// <summary>Which of several readers of the same rows this is.</summary>
    public int Rank { get; init; }

    /// <summary>How many readers share them.</summary>
    public int World { get; init; } = 1;

    /// <summary>The same for one part of a mixture, with a seed of its own.</summary>
    public DatasetContext ForPart(int index) => this with { Seed = (long)new SeededRandom(Seed, index).NextBits() };
}
