using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Training;

/// <summary>A training job: what it is told, and the <see cref="TrainingJobRun"/> that goes on meanwhile.</summary>
/// <param name="store">Where it is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what happens.</param>
[Reentrant]
internal sealed class TrainingJobGrain(TrainingJobStore store, TimeProvider time, ILogger<TrainingJobGrain> logger) : Grain, ITrainingJobGrain
{
    private static readonly TimeSpan AwakeTime = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _creating = new(1);
    private TrainingJobRun? _run;
    private Task _running = Task.CompletedTask;

    private string Key => this.GetPrimaryKeyString();

    private string Id => Key[(Key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (epoch, state) = await store.OpenAsync(Key, isNew: false);
        if (state is not null)
        {
            _run = new TrainingJobRun(Key, epoch, state, store, GrainFactory, time, logger);
        }
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<TrainingJobInfo> CreateAsync(TrainingJobSpec spec)
    {
        JobRules.Check(spec);
        await _creating.WaitAsync();
        try
        {
            if (_run is null)
            {
                var state = new TrainingJobState { Spec = spec, Created = time.GetUtcNow() };
                await store.EnterAsync(Key, state.Created, isListed: true);
                var (epoch, _) = await store.OpenAsync(Key, isNew: true);
                await store.WriteAsync(Key, epoch, state);
                _run = new TrainingJobRun(Key, epoch, state, store, GrainFactory, time, logger);
            }
            else if (_run.State.Spec != spec)
            {
                throw new InvalidTrainingJobException("job_conflict", $"There is a training job '{Id}' with another specification.");
            }
        }
        finally
        {
            _creating.Release();
        }

        Begin();
        return await ReadAsync();
    }

    /// <inheritdoc/>
    public Task<TrainingJobInfo> ReadAsync() => Task.FromResult(Describe(Id, Run.State, Run.Recipe, Run.Team.Keys));

    /// <inheritdoc/>
    public async Task<TrainingJobInfo> PauseAsync()
    {
        await Run.SaveAsync(state => state.HasEnded || state.Phase == TrainingPhase.Paused ? state : state with { IsToPause = true });
        return await ReadAsync();
    }

    /// <inheritdoc/>
    public async Task<TrainingJobInfo> ResumeAsync()
    {
        if (Run.State.Phase == TrainingPhase.Paused)
        {
            await _running; // which takes it out of the queue
            await store.EnterAsync(Key, time.GetUtcNow(), isListed: false);
        }

        await Run.SaveAsync(state => state.HasEnded ? state : state with { IsToPause = false, Phase = state.Phase == TrainingPhase.Paused ? TrainingPhase.Queued : state.Phase });
        Begin();
        return await ReadAsync();
    }

    /// <inheritdoc/>
    public async Task<TrainingJobInfo> CancelAsync()
    {
        await Run.SaveAsync(state => state.HasEnded ? state
            : state.Phase == TrainingPhase.Paused ? state with { Phase = TrainingPhase.Cancelled, Ended = time.GetUtcNow() } : state with { IsToCancel = true });
        return await ReadAsync();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TrainingMetric>> ReadMetricsAsync(long after, int count) =>
        Run is null ? [] : await store.ReadMetricsAsync(Key, after, count);

    /// <inheritdoc/>
    public Task ReportAsync(string trainer, TrainerStatus status)
    {
        _run?.Team.Report(trainer, status);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task WakeAsync()
    {
        await _creating.WaitAsync(); // a job that is just being made is entered before it is there
        _creating.Release();
        if (_run is not { IsOpen: true })
        {
            await store.LeaveAsync(Key);
            return;
        }

        DelayDeactivation(AwakeTime);
        Begin();
    }

    /// <summary>A job as others see it.</summary>
    internal static TrainingJobInfo Describe(string id, TrainingJobState state, Model.Training.TrainingRecipe recipe, IReadOnlyList<string> trainers) =>
        new(id, state.Phase, state.Step, recipe.TotalSteps, state.Stage < recipe.Stages.Count ? recipe.Stages[state.Stage].Name : "")
        {
            Message = state.Message,
            Trainers = trainers,
            Checkpoints = state.Checkpoints,
            Created = state.Created,
            Ended = state.Ended,
            Model = state.Model,
            Repeats = state.Repeats,
        };

    private TrainingJobRun Run => _run ?? throw new TrainingJobNotFoundException(Id);

    private void Begin()
    {
        if (_running.IsCompleted && _run is { IsOpen: true })
        {
            _running = RunAsync(_run);
        }
    }

    private async Task RunAsync(TrainingJobRun run)
    {
        try
        {
            DelayDeactivation(AwakeTime);
            await run.RunAsync(_stop.Token);
        }
        catch (Exception problem)
        {
            logger.LogInformation("The training job {Job} ends here: {Problem}", Key, problem.Message);
            DeactivateOnIdle();
        }
    }
}
