using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;

namespace MmiGrains.Grains.Training;

/// <summary>Adds up pieces for a round, near those who send them.</summary>
[RolePlacement(WorkerRole.Trainer)]
internal sealed class ParameterShardGrain : Grain, IParameterShardGrain
{
    private readonly Dictionary<int, OrderedSum> _sums = [];
    private RoundId _round;

    /// <inheritdoc/>
    public Task<bool> AddAsync(RoundId round, int lease, int piece, PieceBytes values)
    {
        if (round < _round)
        {
            return Task.FromResult(false);
        }

        if (round > _round)
        {
            _sums.Clear();
            _round = round;
        }

        if (!_sums.TryGetValue(piece, out var sum))
        {
            _sums[piece] = sum = new OrderedSum();
        }

        sum.Add(lease, values);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task<PieceBytes?> TakeAsync(RoundId round, int leases, int piece) =>
        Task.FromResult(round == _round && _sums.TryGetValue(piece, out var sum) && sum.Count == leases ? sum.Bytes : null);

    /// <inheritdoc/>
    public Task ClearAsync()
    {
        _sums.Clear();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
