namespace MmiGrains.Model.Data.Rows;

/// <summary>In which order rows are read, and which of them.</summary>
/// <param name="Seed">Another seed gives another order.</param>
/// <param name="Window">So many rows at a time are in memory, in a random order; 1 keeps the order of the files, themselves unshuffled.</param>
public sealed record RowOrder(long Seed, int Window)
{
    /// <summary>Which of several readers of the same rows this is.</summary>
    public int Rank { get; init; }

    /// <summary>How many readers share the rows: whole files where there are at least as many, else every so many-th row.</summary>
    public int World { get; init; } = 1;

    /// <summary>Whether rows come in another order in each epoch.</summary>
    public bool IsShuffled => Window > 1;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(World, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Rank, World);
    }
}
