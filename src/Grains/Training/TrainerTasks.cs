using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Training;

/// <summary>Does what a job asks of a trainer, one task at a time: waits here, computes on the device's thread.</summary>
/// <param name="key">The trainer's.</param>
/// <param name="grains">Reaches pools, shards and other trainers.</param>
/// <param name="gate">Lets serving go first.</param>
/// <param name="logger">Told of what is worth a line.</param>
internal sealed class TrainerTasks(string key, IGrainFactory grains, ServingGate gate, ILogger logger) : IDisposable
{
    private const int PiecesAtOnce = 4;
    private static readonly TimeSpan BetweenAsks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(4);

    private readonly ComputeThread _thread = new($"trainer {key}");
    private RoundTrainer? _trainer;
    private ErrorFeedback? _feedback;

    /// <summary>Does a task.</summary>
    /// <param name="task">Which.</param>
    /// <param name="status">Of the task, running.</param>
    /// <param name="cancellation">Ends it between two leases.</param>
    /// <returns>The status when it is done.</returns>
    public async Task<TrainerStatus> RunAsync(TrainerTask task, TrainerStatus status, CancellationToken cancellation)
    {
        if (task.Kind != TrainerTaskKind.Attach)
        {
            await ComputeAsync(trainer => (trainer.State.Stage, trainer.State.StageStep) == (task.Stage, task.StageStep) ? true
                : throw new RoundLostException($"The trainer stands at step {trainer.State.StageStep} of stage {trainer.State.Stage}, the task at step {task.StageStep} of stage {task.Stage}."));
        }

        status = task.Kind switch
        {
            TrainerTaskKind.Attach => await AttachAsync(task, status, cancellation),
            TrainerTaskKind.Round => status with { Values = await RoundAsync(task, cancellation) },
            TrainerTaskKind.Evaluate => status with { Values = await ComputeAsync(trainer => trainer.Validate()) },
            TrainerTaskKind.Checkpoint => status with { Checkpoint = await ComputeAsync(WriteCheckpoint) },
            TrainerTaskKind.EndStage => status with { Checkpoint = await ComputeAsync(trainer => EndStage(trainer, task.Writes)) },
            _ => status with { Model = await ComputeAsync(trainer => trainer.Finish()) },
        };
        return await LocateAsync(status with { State = TrainerTaskState.Done });
    }

    /// <summary>A status with where the trainer stands.</summary>
    public Task<TrainerStatus> LocateAsync(TrainerStatus status) => _thread.RunAsync(() => _trainer is null ? status with { HasModel = false } : status with
    {
        Stage = _trainer.State.Stage,
        StageStep = _trainer.State.StageStep,
        Step = _trainer.State.Step,
        Leases = _trainer.LeaseCount,
        HasModel = true,
    });

    /// <summary>What another trainer needs to join.</summary>
    public Task<TrainerState> DescribeStateAsync() => ComputeAsync(trainer =>
    {
        var state = trainer.DescribeState();
        return new TrainerState(state.Config, state.Checkpoint, state.Tensors, state.Pieces);
    });

    /// <summary>A piece of this trainer's state.</summary>
    public Task<PieceBytes> ReadStateAsync(int piece) => ComputeAsync(trainer => new PieceBytes(PieceEncoding.ToBytes(trainer.ReadState(piece)), IsBFloat16: false));

    /// <summary>Forgets the model.</summary>
    public Task ReleaseAsync() => _thread.RunAsync(() =>
    {
        _trainer?.Dispose();
        (_trainer, _feedback) = (null, null);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseAsync().Wait();
        _thread.Dispose();
    }

    private async Task<TrainerStatus> AttachAsync(TrainerTask task, TrainerStatus status, CancellationToken cancellation)
    {
        await ReleaseAsync();
        var (spec, exchange) = (task.Spec, JobRules.Exchange(task.Spec));
        var sources = Sources(spec);
        if (task.From is not { } from)
        {
            await _thread.RunAsync(() => _trainer = RoundTrainer.Open(sources, exchange, spec.Output));
        }
        else
        {
            await JoinAsync(grains.GetGrain<ITrainerGrain>(from), task, sources, cancellation);
        }

        _feedback = spec.BFloat16 ? new ErrorFeedback() : null;
        return status;
    }

    private async Task JoinAsync(ITrainerGrain donor, TrainerTask task, RecipeSources sources, CancellationToken cancellation)
    {
        var state = await donor.DescribeStateAsync(task.Job);
        await _thread.RunAsync(() => _trainer = RoundTrainer.Join(
            sources, JobRules.Exchange(task.Spec), task.Spec.Output, new TrainedState(state.Config, state.Checkpoint, state.Tensors, state.Pieces)));
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, state.Pieces), new ParallelOptions { MaxDegreeOfParallelism = PiecesAtOnce, CancellationToken = cancellation },
                async (piece, _) =>
                {
                    var values = PieceEncoding.ToFloats((await donor.ReadStateAsync(task.Job, piece)).Bytes);
                    await ComputeAsync(trainer =>
                    {
                        trainer.WriteState(piece, values);
                        return true;
                    });
                });
        }
        catch
        {
            await ReleaseAsync(); // half of a state is none
            throw;
        }
    }

    private async Task<IReadOnlyDictionary<string, double>> RoundAsync(TrainerTask task, CancellationToken cancellation)
    {
        var pool = grains.GetGrain<IDataShardGrain>(task.Job);
        var (leases, pieces) = await ComputeAsync(trainer => (trainer.LeaseCount, trainer.PieceCount));
        var exchange = new RoundExchange(task, pieces, _feedback, grains);
        _feedback?.Discard();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var answer = await pool.LeaseAsync(task.Id, key);
            if (answer.Kind == LeaseAnswerKind.Complete)
            {
                break;
            }

            if (answer.Kind == LeaseAnswerKind.Unknown)
            {
                throw new RoundLostException("The round's pool of ranges was lost, or a newer try has begun.");
            }

            if (answer.Kind == LeaseAnswerKind.Wait)
            {
                await Task.Delay(BetweenAsks, cancellation);
                continue;
            }

            var contribution = await RenewWhileAsync(pool, task, answer.Lease, ComputeLeaseAsync(answer.Lease, cancellation));
            await exchange.GiveAsync(answer.Lease, contribution.Pieces, cancellation);
            var outcome = contribution.Outcome;
            await pool.ConfirmAsync(task.Id, key, answer.Lease, new LeaseReport(
                [.. outcome.Losses.Select(loss => loss.Name)], [.. outcome.Losses.Select(loss => loss.Value)], outcome.Samples, outcome.Position));
        }

        var reports = await pool.ReadReportsAsync(task.Id) ?? throw new RoundLostException("The round's pool of ranges was lost.");
        var sum = await exchange.TakeAsync(leases, pieces, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var values = await ComputeAsync(trainer => Apply(trainer, sum, reports));
        _feedback?.Commit();
        return values;
    }

    private async Task<Contribution> ComputeLeaseAsync(int lease, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return await ComputeAsync(trainer => trainer.Contribute(lease));
    }

    private async Task<Contribution> RenewWhileAsync(IDataShardGrain pool, TrainerTask task, int lease, Task<Contribution> computing)
    {
        while (await Task.WhenAny(computing, Task.Delay(BetweenRenewals, CancellationToken.None)) != computing)
        {
            try
            {
                await pool.RenewAsync(task.Id, key, lease);
            }
            catch (Exception problem)
            {
                logger.LogDebug("A lease was not renewed: {Problem}", problem.Message);
            }
        }

        return await computing;
    }

    private static SortedDictionary<string, double> Apply(RoundTrainer trainer, float[][] sum, IReadOnlyList<LeaseReport> reports)
    {
        var metrics = trainer.Apply(sum, [.. reports.Select(report => new LeaseOutcome([.. report.LossNames.Zip(report.Losses)], report.Samples, report.Position))]);
        return new SortedDictionary<string, double>(metrics.Losses.ToDictionary(), StringComparer.Ordinal)
        {
            ["grad_norm"] = metrics.GradientNorm,
            ["lr"] = metrics.LearningRate,
            ["samples"] = reports.Sum(report => report.Samples),
        };
    }

    private static TrainingCheckpointInfo WriteCheckpoint(RoundTrainer trainer)
    {
        var folder = trainer.WriteCheckpoint();
        return new TrainingCheckpointInfo(CheckpointFolder.HashOf(folder), trainer.State.Step, folder);
    }

    private static TrainingCheckpointInfo? EndStage(RoundTrainer trainer, bool writes)
    {
        trainer.EndStage(writes);
        return writes ? new TrainingCheckpointInfo(CheckpointFolder.HashOf(trainer.NewestCheckpoint), trainer.State.Step, trainer.NewestCheckpoint) : null;
    }

    private RecipeSources Sources(TrainingJobSpec spec)
    {
        void Note(string line) => logger.LogInformation("Training: {Line}", line);
        var problems = new RowProblems(report: problem => Note(problem.ToString()));
        return RecipeSources.Of(ConfigFile.Parse<TrainingRecipe>(spec.Recipe), spec.RecipeFolder, "the job's recipe", problems, Note);
    }

    private Task<T> ComputeAsync<T>(Func<RoundTrainer, T> compute) =>
        _thread.RunAsync(() => compute(_trainer ?? throw new RoundLostException("The trainer has no model: it was released.")));
}
