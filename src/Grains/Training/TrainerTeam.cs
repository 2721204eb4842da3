using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Training;

/// <summary>
/// The trainers that have a job, and how to have something done by them. Trainers come and go between tasks; one that is lost during a task is
/// counted out, and the others go on. For the job's grain alone.
/// </summary>
/// <param name="job">The job's key.</param>
/// <param name="spec">What it does.</param>
/// <param name="epoch">Of the job's activation.</param>
/// <param name="grains">Reaches the parts of an exchange.</param>
/// <param name="calls">Reaches trainers.</param>
/// <param name="logger">Told who comes and goes.</param>
internal sealed class TrainerTeam(string job, TrainingJobSpec spec, long epoch, IGrainFactory grains, TrainerCalls calls, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly TrainerMembers _members = new(job, calls, logger);
    private long _tries;

    /// <summary>Keys of those that have the job.</summary>
    public IReadOnlyList<string> Keys => _members.Keys;

    /// <summary>One that is as far as any; null where there is none.</summary>
    public TrainerStatus? Farthest => _members.Leader is { } key ? _members.Find(key) : null;

    /// <summary>Why the last task was not done, where it was not.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>A trainer tells of its task.</summary>
    public void Report(string trainer, TrainerStatus status) => _members.Report(trainer, status);

    /// <summary>Takes free trainers in, and brings those that are behind up to the others.</summary>
    /// <param name="least">Trainers that must be free where nobody has the job.</param>
    /// <returns>Why there is nobody to work with; null when all stand at the same point.</returns>
    /// <exception cref="JobFailedException">The job cannot be loaded.</exception>
    public async Task<string?> GatherAsync(int least)
    {
        await _members.AdoptAsync();
        var free = await _members.FindFreeAsync();
        if (_members.Count == 0)
        {
            if (free.Count < least)
            {
                return $"Waiting for trainers: {free.Count} of at least {least} are free.";
            }

            foreach (var key in free)
            {
                var done = await DoAsync([key], Make(TrainerTaskKind.Attach, (task, _) => task), isJoining: true);
                if (done.Values.FirstOrDefault(status => status.State == TrainerTaskState.Failed) is { } failed)
                {
                    throw new JobFailedException(failed.Problem!);
                }

                var first = _members.Find(key);
                if (first?.State == TrainerTaskState.Done)
                {
                    break;
                }

                Problem = first?.Problem ?? "they do not answer";
                await _members.DropAsync(key, Problem, isRefusal: true);
            }

            if (_members.Count == 0)
            {
                return $"Waiting for trainers: none took the job: {Problem}";
            }
        }

        var (leader, point) = (_members.Leader!, TrainerMembers.PointOf(Farthest!));
        string[] late =
        [
            .. _members.Late(point),
            .. free.Where(key => _members.Find(key) is null).Take((spec.MaxTrainers == 0 ? int.MaxValue : spec.MaxTrainers) - _members.Count),
        ];
        if (late.Length > 0)
        {
            await DoAsync(late, Make(TrainerTaskKind.Attach, (task, _) => task with { From = leader }), isJoining: true);
            foreach (var key in late.Where(key => _members.Find(key) is { } member && (member.State != TrainerTaskState.Done || TrainerMembers.PointOf(member) != point)).ToArray())
            {
                await _members.DropAsync(key, _members.Find(key)!.Problem ?? "it did not come up to the others", isRefusal: true);
            }
        }

        return _members.Count == 0 ? "Waiting for trainers: all were lost." : null;
    }

    /// <summary>Has one trainer do something.</summary>
    /// <returns>Its status; null where it did not do it, and another try may succeed.</returns>
    /// <exception cref="JobFailedException">It failed, and would again.</exception>
    public async Task<TrainerStatus?> DoByOneAsync(TrainerTaskKind kind)
    {
        var done = await DoAsync([_members.Leader!], Make(kind, (task, _) => task with { Writes = true }));
        return Outcome(done);
    }

    /// <summary>Has the others end the stage that one has ended; those that do not are brought up later.</summary>
    public Task FollowAsync()
    {
        var leader = _members.Leader!;
        return DoAsync([.. Keys.Where(key => key != leader)], Make(TrainerTaskKind.EndStage, (task, _) => task));
    }

    /// <summary>Lets all but one of the farthest go.</summary>
    public async Task KeepOneAsync()
    {
        var leader = _members.Leader;
        foreach (var key in Keys.Where(key => key != leader))
        {
            await _members.DropAsync(key, null);
        }
    }

    /// <summary>Has all trainers make a round.</summary>
    /// <returns>The status of one that made it; null where none did, and it is to be begun again.</returns>
    /// <exception cref="JobFailedException">It failed, and would again.</exception>
    public async Task<TrainerStatus?> MakeRoundAsync()
    {
        var (keys, pool) = (Keys, grains.GetGrain<IDataShardGrain>(job));
        await pool.OpenAsync(new RoundId(epoch, _tries + 1), Farthest!.Leases);
        var done = await DoAsync(keys, Make(TrainerTaskKind.Round, (task, _) => task with { Trainers = keys.Count }), (id, lost) => pool.ReleaseAsync(id, lost));
        return Outcome(done);
    }

    /// <summary>Lets all trainers go.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var key in Keys)
        {
            await _members.DropAsync(key, null);
        }

        foreach (var shard in RoundExchange.ShardsOf(job))
        {
            await calls.TryAsync(grains.GetGrain<IParameterShardGrain>(shard).ClearAsync);
        }
    }

    private Func<RoundId, string, TrainerTask> Make(TrainerTaskKind kind, Func<TrainerTask, string, TrainerTask> change) =>
        (id, key) =>
    {
        var at = _members.Find(key);
        return change(new TrainerTask(job, id, kind, spec) { Stage = at?.Stage ?? 0, StageStep = at?.StageStep ?? 0 }, key);
    };

    private TrainerStatus? Outcome(IReadOnlyDictionary<string, TrainerStatus> done)
    {
        Problem = done.Values.FirstOrDefault(status => status.Problem is not null)?.Problem ?? "the trainers were lost";
        return done.Values.FirstOrDefault(status => status.State == TrainerTaskState.Failed) is { } failed ? throw new JobFailedException(failed.Problem!)
            : done.Values.FirstOrDefault(status => status.State == TrainerTaskState.Done);
    }

    // Gives the task to each, and waits until each has answered or is lost.
    private async Task<IReadOnlyDictionary<string, TrainerStatus>> DoAsync(
        IReadOnlyList<string> keys, Func<RoundId, string, TrainerTask> make, Func<RoundId, string, Task>? tellLost = null, bool isJoining = false)
    {
        var (id, answers, waiting) = (new RoundId(epoch, ++_tries), new Dictionary<string, TrainerStatus>(), new HashSet<string>());
        foreach (var key in keys)
        {
            if (await calls.StartAsync(key, make(id, key)))
            {
                waiting.Add(key);
                _members.Add(key, id);
            }
            else
            {
                await _members.DropAsync(key, isJoining ? null : "it does not take the task", isRefusal: true);
            }
        }

        var looked = Environment.TickCount64;
        while (true)
        {
            foreach (var key in waiting.ToArray())
            {
                var status = _members.Find(key);
                if (status is null)
                {
                    waiting.Remove(key);
                    await (tellLost is null ? Task.CompletedTask : calls.TryAsync(() => tellLost(id, key)));
                }
                else if (status.Task == id && status.State != TrainerTaskState.Running)
                {
                    waiting.Remove(key);
                    answers[key] = status;
                }
            }

            if (waiting.Count == 0)
            {
                return answers;
            }

            await _members.ListenAsync();
            if (Environment.TickCount64 - looked >= BetweenLooks.TotalMilliseconds)
            {
                await _members.LookAsync(waiting, id);
                looked = Environment.TickCount64;
            }
        }
    }
}
