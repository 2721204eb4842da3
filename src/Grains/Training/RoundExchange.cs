using MmiGrains.Contracts.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Training;

/// <summary>
/// How one trainer's contributions to a round reach the others, and the sum comes back: by the parameter shards, some pieces at a time; a
/// trainer that is alone adds them up itself, in the same order.
/// </summary>
internal sealed class RoundExchange
{
    private const int AtOnce = 4;
    private const int MostShards = 8;

    private readonly TrainerTask _task;
    private readonly IGrainFactory _grains;
    private readonly ErrorFeedback? _feedback;
    private readonly OrderedSum[]? _own;

    /// <param name="task">The round.</param>
    /// <param name="pieces">Pieces of a contribution.</param>
    /// <param name="feedback">What rounding lost in earlier rounds; null for float32.</param>
    /// <param name="grains">Reaches the shards.</param>
    public RoundExchange(TrainerTask task, int pieces, ErrorFeedback? feedback, IGrainFactory grains)
    {
        (_task, _feedback, _grains) = (task, feedback, grains);
        _own = task.Trainers == 1 ? [.. Enumerable.Range(0, pieces).Select(_ => new OrderedSum())] : null;
    }

    /// <summary>Key of the shard that adds up a piece.</summary>
    public static string ShardOf(string job, int piece) => $"{job}/{piece % MostShards}";

    /// <summary>Keys of all shards of a job.</summary>
    public static IEnumerable<string> ShardsOf(string job) => Enumerable.Range(0, MostShards).Select(piece => ShardOf(job, piece));

    /// <summary>Gives what a lease came to.</summary>
    /// <exception cref="RoundLostException">The round is void.</exception>
    public async Task GiveAsync(int lease, float[][] pieces, CancellationToken cancellation)
    {
        if (_own is not null)
        {
            for (var piece = 0; piece < pieces.Length; piece++)
            {
                _own[piece].Add(lease, Encode(lease, piece, pieces[piece]));
            }

            return;
        }

        await ForEachAsync(pieces.Length, cancellation, async piece =>
        {
            if (!await Shard(piece).AddAsync(_task.Id, lease, piece, Encode(lease, piece, pieces[piece])))
            {
                throw new RoundLostException("The round is void: a newer try has begun.");
            }
        });
    }

    /// <summary>Takes the sum of all leases.</summary>
    /// <exception cref="RoundLostException">Contributions were lost.</exception>
    public async Task<float[][]> TakeAsync(int leases, int pieces, CancellationToken cancellation)
    {
        var sum = new float[pieces][];
        if (_own is not null)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                sum[piece] = _own[piece].Count == leases ? PieceEncoding.ToFloats(_own[piece].Bytes.Bytes) : throw Lost(piece);
            }

            return sum;
        }

        await ForEachAsync(pieces, cancellation, async piece =>
            sum[piece] = PieceEncoding.ToFloats((await Shard(piece).TakeAsync(_task.Id, leases, piece) ?? throw Lost(piece)).Bytes));
        return sum;
    }

    private PieceBytes Encode(int lease, int piece, float[] values) => _feedback is null
        ? new PieceBytes(PieceEncoding.ToBytes(values), IsBFloat16: false)
        : new PieceBytes(_feedback.Encode(lease, piece, values), IsBFloat16: true);

    private IParameterShardGrain Shard(int piece) => _grains.GetGrain<IParameterShardGrain>(ShardOf(_task.Job, piece));

    private static Task ForEachAsync(int pieces, CancellationToken cancellation, Func<int, Task> action) => Parallel.ForEachAsync(
        Enumerable.Range(0, pieces), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (piece, _) => await action(piece));

    private static RoundLostException Lost(int piece) => new($"Contributions to piece {piece} were lost.");
}
