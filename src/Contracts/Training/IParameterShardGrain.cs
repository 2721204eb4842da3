namespace MmiGrains.Contracts.Training;

/// <summary>
/// Adds up some of the pieces that trainers contribute to a round; the key is the job's, '/', and a number. Pieces are added in the order of
/// the leases, whatever order they come in, so the sum has the same bits each time. It is kept in memory: where it is lost, the round is
/// begun again.
/// </summary>
[Alias("mmi.IParameterShardGrain")]
public interface IParameterShardGrain : IGrainWithStringKey
{
    /// <summary>Takes a lease's piece; the same again does nothing.</summary>
    /// <returns>False where the round is void.</returns>
    [Alias("Add")]
    Task<bool> AddAsync(RoundId round, int lease, int piece, PieceBytes values);

    /// <summary>The sum of so many leases' pieces, float32; null where some are missing or the round is void.</summary>
    [Alias("Take")]
    Task<PieceBytes?> TakeAsync(RoundId round, int leases, int piece);

    /// <summary>Forgets everything.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
