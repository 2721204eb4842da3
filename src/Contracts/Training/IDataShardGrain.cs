namespace MmiGrains.Contracts.Training;

/// <summary>
/// The sample ranges of a job's present round; the key is the job's. Trainers lease them, and one that is not renewed in time goes back to
/// the pool. The round is whole when each has been confirmed, once. It is kept in memory: where it is lost, the round is begun again.
/// </summary>
[Alias("mmi.IDataShardGrain")]
public interface IDataShardGrain : IGrainWithStringKey
{
    /// <summary>Begins a round; an older one is void.</summary>
    /// <param name="round">Which.</param>
    /// <param name="count">Ranges.</param>
    [Alias("Open")]
    Task OpenAsync(RoundId round, int count);

    /// <summary>Asks for a range.</summary>
    [Alias("Lease")]
    Task<LeaseAnswer> LeaseAsync(RoundId round, string trainer);

    /// <summary>Keeps a range.</summary>
    /// <returns>Whether it is still the trainer's.</returns>
    [Alias("Renew")]
    Task<bool> RenewAsync(RoundId round, string trainer, int lease);

    /// <summary>A range is done, and what it came to is with the parameter shards.</summary>
    /// <returns>Whether it counts; false where another was faster or the round is void.</returns>
    [Alias("Confirm")]
    Task<bool> ConfirmAsync(RoundId round, string trainer, int lease, LeaseReport report);

    /// <summary>All ranges of a trainer that is lost go back to the pool at once.</summary>
    [Alias("Release")]
    Task ReleaseAsync(RoundId round, string trainer);

    /// <summary>What was told of each range, in order; null where the round is not whole, or void.</summary>
    [Alias("Reports")]
    Task<IReadOnlyList<LeaseReport>?> ReadReportsAsync(RoundId round);
}
