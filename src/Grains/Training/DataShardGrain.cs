using MmiGrains.Contracts.Training;

namespace MmiGrains.Grains.Training;

/// <summary>A job's <see cref="LeasePool"/>, one round after the other.</summary>
/// <param name="time">The clock.</param>
internal sealed class DataShardGrain(TimeProvider time) : Grain, IDataShardGrain
{
    private RoundId _round;
    private LeasePool? _pool;

    /// <inheritdoc/>
    public Task OpenAsync(RoundId round, int count)
    {
        if (_pool is null || round > _round)
        {
            (_round, _pool) = (round, new LeasePool(count, time));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<LeaseAnswer> LeaseAsync(RoundId round, string trainer) =>
        Task.FromResult(Pool(round)?.Lease(trainer) ?? new LeaseAnswer(LeaseAnswerKind.Unknown));

    /// <inheritdoc/>
    public Task<bool> RenewAsync(RoundId round, string trainer, int lease) => Task.FromResult(Pool(round)?.Renew(trainer, lease) ?? false);

    /// <inheritdoc/>
    public Task<bool> ConfirmAsync(RoundId round, string trainer, int lease, LeaseReport report) =>
        Task.FromResult(Pool(round)?.Confirm(lease, report) ?? false);

    /// <inheritdoc/>
    public Task ReleaseAsync(RoundId round, string trainer)
    {
        Pool(round)?.Release(trainer);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeaseReport>?> ReadReportsAsync(RoundId round) => Task.FromResult(Pool(round)?.Reports);

    private LeasePool? Pool(RoundId round) => round == _round ? _pool : null;
}
