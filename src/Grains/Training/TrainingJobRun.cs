using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;

namespace MmiGrains.Grains.Training;

/// <summary>
/// The states of a job, one after the other: prepare, round, evaluate, checkpoint, end of stage, done. Each is stored before trainers are
/// asked for it, and each may be asked for twice. For the job's grain alone.
/// </summary>
internal sealed class TrainingJobRun
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A lost silo is found out within seconds, by three probes; what it takes with it is not its trainers' fault.
    private static readonly TimeSpan LossTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PatienceTime = TimeSpan.FromMinutes(2);

    private const int FailuresOfTeam = 3;
    private const int MostFailures = 10;
    private const int LongestPause = 5;

    private readonly string _job;
    private readonly long _epoch;
    private readonly TrainingJobStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly RunningMeans _means = new();
    private int _failures;
    private long _failingSince;
    private long _recorded = -1;

    /// <param name="job">The job's key.</param>
    /// <param name="epoch">Of the activation.</param>
    /// <param name="state">As it is stored.</param>
    /// <param name="store">Where it is stored.</param>
    /// <param name="grains">Reaches trainers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what happens.</param>
    public TrainingJobRun(string job, long epoch, TrainingJobState state, TrainingJobStore store, IGrainFactory grains, TimeProvider time, ILogger logger)
    {
        (_job, _epoch, State, _store, _time, _logger) = (job, epoch, state, store, time, logger);
        Recipe = ConfigFile.Parse<TrainingRecipe>(state.Spec.Recipe);
        Team = new TrainerTeam(job, state.Spec, epoch, grains, new TrainerCalls(job, grains, logger), logger);
    }

    /// <summary>As it is stored.</summary>
    public TrainingJobState State { get; private set; }

    /// <summary>What is trained.</summary>
    public TrainingRecipe Recipe { get; }

    /// <summary>By whom.</summary>
    public TrainerTeam Team { get; }

    /// <summary>Whether there is something to do.</summary>
    public bool IsOpen => !State.HasEnded && State.Phase != TrainingPhase.Paused;

    /// <summary>Stores a change.</summary>
    public async Task SaveAsync(Func<TrainingJobState, TrainingJobState> change)
    {
        await _writing.WaitAsync();
        try
        {
            var next = change(State);
            if (next != State)
            {
                await _store.WriteAsync(_job, _epoch, next);
                State = next;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Goes on until the job ends or pauses.</summary>
    /// <exception cref="JobReplacedException">The job has a newer activation.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (IsOpen && !cancellation.IsCancellationRequested)
        {
            try
            {
                await AdvanceAsync(cancellation);
            }
            catch (JobFailedException problem)
            {
                await EndAsync(TrainingPhase.Failed, problem.Message);
            }
            catch (Exception problem) when (problem is not JobReplacedException)
            {
                _logger.LogWarning("The training job {Job} waits: {Problem}", _job, problem.Message);
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private async Task AdvanceAsync(CancellationToken cancellation)
    {
        if (State.IsToCancel)
        {
            await EndAsync(TrainingPhase.Cancelled, null);
            return;
        }

        if (Team.Keys.Count == 0)
        {
            if (State.IsToPause)
            {
                await PauseAsync();
                return;
            }

            if (!await _store.IsFirstAsync(_job))
            {
                await WaitAsync(TrainingPhase.Queued, "Waiting for the tenant's earlier jobs.", cancellation);
                return;
            }

            await SaveAsync(state => state with { Phase = TrainingPhase.Preparing });
        }

        if (await Team.GatherAsync(JobPlan.LeastTrainers(State)) is { } reason)
        {
            await WaitAsync(TrainingPhase.Preparing, reason, cancellation);
            return;
        }

        var (at, now) = (Team.Farthest!, new StagePoint(Team.Farthest!.Stage, Team.Farthest.StageStep));
        if (at.Step < State.Step)
        {
            _means.Clear();
            await _store.ForgetMetricsAsync(_job, at.Step); // all trainers were lost, and a checkpoint is what is left
        }
        else if (at.Step > State.Step && at.Step != _recorded && at.Values.Count > 0 && at.Stage == State.Stage)
        {
            await RecordAsync(at, time: null); // of a round that an earlier activation did not live to write down
        }

        var isDone = await (JobPlan.Due(State, Recipe, now) switch
        {
            TrainingPhase.Paused => PauseAsync(),
            TrainingPhase.Finishing => FinishAsync(at),
            TrainingPhase.Evaluating => EvaluateAsync(at, now),
            TrainingPhase.EndingStage => EndStageAsync(at),
            TrainingPhase.Checkpointing => CheckpointAsync(at, now),
            _ => MakeRoundAsync(at),
        });
        await CountAsync(isDone);
    }

    // What is not done is asked for again, at once and then with pauses; trainers that fail at it for a while are let go, and in the end so is the job.
    private async Task CountAsync(bool isDone)
    {
        if (isDone)
        {
            _failures = 0;
            return;
        }

        _failingSince = _failures == 0 ? _time.GetTimestamp() : _failingSince;
        _failures++;
        var failing = _time.GetElapsedTime(_failingSince);
        await SaveAsync(state => state with { Repeats = state.Repeats + 1 });
        if (_failures >= MostFailures && failing > PatienceTime)
        {
            throw new JobFailedException($"{State.Phase} was tried {_failures} times in vain; the last time: {Team.Problem}");
        }

        if (_failures % FailuresOfTeam == 0 && failing > LossTime)
        {
            await Team.ReleaseAsync();
        }

        await Task.Delay(Pause * Math.Min(_failures - 1, LongestPause), CancellationToken.None);
    }

    private async Task<bool> MakeRoundAsync(TrainerStatus at)
    {
        await BeginAsync(TrainingPhase.Round, at);
        var clock = Stopwatch.StartNew();
        if (await Team.MakeRoundAsync() is not { } done)
        {
            return false;
        }

        await RecordAsync(done, clock.Elapsed);
        return true;
    }

    private async Task RecordAsync(TrainerStatus done, TimeSpan? time)
    {
        _recorded = done.Step;
        _means.Add(done.Values);
        if (State.Spec.InnerSteps > 1 || done.StageStep % Recipe.LogEvery == 0)
        {
            var values = new SortedDictionary<string, double>(_means.Means().ToDictionary(), StringComparer.Ordinal) { ["trainers"] = Team.Keys.Count };
            if (time is { } known)
            {
                values["samples_per_second"] = done.Values["samples"] / known.TotalSeconds;
            }

            await _store.AddMetricAsync(_job, new TrainingMetric(done.Step, Recipe.Stages[done.Stage].Name, "train", values));
            _means.Clear();
        }
    }

    private async Task<bool> EvaluateAsync(TrainerStatus at, StagePoint now)
    {
        await BeginAsync(TrainingPhase.Evaluating, at);
        if (await Team.DoByOneAsync(TrainerTaskKind.Evaluate) is not { } done)
        {
            return false;
        }

        await _store.AddMetricAsync(_job, new TrainingMetric(at.Step, Recipe.Stages[at.Stage].Name, "validation", done.Values));
        await SaveAsync(state => JobPlan.Judge(state, done.Values, now));
        return true;
    }

    private async Task<bool> CheckpointAsync(TrainerStatus at, StagePoint now)
    {
        await BeginAsync(TrainingPhase.Checkpointing, at);
        if (await Team.DoByOneAsync(TrainerTaskKind.Checkpoint) is not { Checkpoint: { } checkpoint })
        {
            return false;
        }

        await SaveAsync(state => JobPlan.Keep(state, checkpoint, Recipe.KeepCheckpoints) with { Checkpointed = now });
        return true;
    }

    private async Task<bool> EndStageAsync(TrainerStatus at)
    {
        await BeginAsync(TrainingPhase.EndingStage, at);
        if (await Team.DoByOneAsync(TrainerTaskKind.EndStage) is not { Checkpoint: { } checkpoint } done)
        {
            return false;
        }

        await SaveAsync(state => JobPlan.Keep(state, checkpoint, Recipe.KeepCheckpoints) with { Checkpointed = new StagePoint(done.Stage, 0), Lowest = null, WorseCount = 0 });
        await (done.Stage < Recipe.Stages.Count ? Team.FollowAsync() : Team.KeepOneAsync());
        return true;
    }

    private async Task<bool> FinishAsync(TrainerStatus at)
    {
        await BeginAsync(TrainingPhase.Finishing, at);
        if (await Team.DoByOneAsync(TrainerTaskKind.Finish) is not { Model: { } model })
        {
            return false;
        }

        await SaveAsync(state => state with { Model = model });
        await EndAsync(TrainingPhase.Completed, null);
        return true;
    }

    private Task BeginAsync(TrainingPhase phase, TrainerStatus at) =>
        SaveAsync(state => state with { Phase = phase, Message = null, Stage = at.Stage, StageStep = at.StageStep, Step = at.Step });

    private async Task WaitAsync(TrainingPhase phase, string reason, CancellationToken cancellation)
    {
        await SaveAsync(state => state with { Phase = phase, Message = reason });
        await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task<bool> PauseAsync()
    {
        await Team.ReleaseAsync();
        await SaveAsync(state => state with { Phase = TrainingPhase.Paused, IsToPause = false, Message = null });
        await _store.LeaveAsync(_job);
        return true;
    }

    private async Task EndAsync(TrainingPhase phase, string? message)
    {
        await SaveAsync(state => state with { Phase = phase, Message = message, Ended = _time.GetUtcNow() });
        await LeaveAsync();
    }

    private async Task LeaveAsync()
    {
        await _store.LeaveAsync(_job);
        await Team.ReleaseAsync();
    }
}
