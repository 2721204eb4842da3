using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Training;

/// <summary>
/// The trainers that have a job: who they are, where each stands, and how to have something done by them. Trainers come and go between tasks;
/// one that is lost during a task is counted out, and the others go on. For the job's grain alone.
/// </summary>
/// <param name="job">The job's key.</param>
/// <param name="spec">What it does.</param>
/// <param name="epoch">Of the job's activation.</param>
/// <param name="grains">Reaches trainers.</param>
/// <param name="logger">Told who comes and goes.</param>
internal sealed class TrainerTeam(string job, TrainingJobSpec spec, long epoch, IGrainFactory grains, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(10);

    private readonly TrainerCalls _calls = new(job, grains, logger);
    private readonly Dictionary<string, TrainerStatus> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = NewSignal();
    private long _tries;
    private long _looked;
    private bool _hasAdopted;

    /// <summary>Keys of those that have the job.</summary>
    public IReadOnlyList<string> Keys => [.. _members.Keys.Order(StringComparer.Ordinal)];

    /// <summary>One that is as far as any; null where there is none.</summary>
    public TrainerStatus? Farthest => Leader is { } key ? _members[key] : null;

    /// <summary>Why the last task was not done, where it was not.</summary>
    public string Problem { get; private set; } = "";

    private string? Leader => _members.Count == 0 ? null
        : _members.OrderByDescending(member => Point(member.Value)).ThenBy(member => member.Key, StringComparer.Ordinal).First().Key;

    /// <summary>A trainer tells of its task.</summary>
    public void Report(string trainer, TrainerStatus status)
    {
        if (_members.TryGetValue(trainer, out var known) && status.Job == job && status.Task >= known.Task)
        {
            _members[trainer] = status;
            _news.TrySetResult();
        }
    }

    /// <summary>Takes free trainers in, and brings those that are behind up to the others.</summary>
    /// <param name="least">Trainers that must be free where nobody has the job.</param>
    /// <returns>Why there is nobody to work with; null when all stand at the same point.</returns>
    /// <exception cref="JobFailedException">The job cannot be loaded.</exception>
    public async Task<string?> GatherAsync(int least)
    {
        if (!_hasAdopted)
        {
            await AdoptAsync();
        }

        var free = await FindFreeAsync();
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

                if (_members.TryGetValue(key, out var first) && first.State == TrainerTaskState.Done)
                {
                    break;
                }

                Problem = first?.Problem ?? "they do not answer";
                await DropAsync(key, Problem, isRefusal: true);
            }

            if (Leader is null)
            {
                return $"Waiting for trainers: none took the job: {Problem}";
            }
        }

        var (leader, point) = (Leader!, Point(Farthest!));
        string[] late =
        [
            .. _members.Where(member => Point(member.Value) < point || !member.Value.HasModel).Select(member => member.Key),
            .. free.Where(key => !_members.ContainsKey(key)).Take((spec.MaxTrainers == 0 ? int.MaxValue : spec.MaxTrainers) - _members.Count),
        ];
        if (late.Length > 0)
        {
            await DoAsync(late, Make(TrainerTaskKind.Attach, (task, _) => task with { From = leader }), isJoining: true);
            foreach (var key in late.Where(key => _members.TryGetValue(key, out var member) && (member.State != TrainerTaskState.Done || Point(member) != point)).ToArray())
            {
                await DropAsync(key, _members[key].Problem ?? "it did not come up to the others", isRefusal: true);
            }
        }

        return _members.Count == 0 ? "Waiting for trainers: all were lost." : null;
    }

    /// <summary>Has one trainer do something.</summary>
    /// <returns>Its status; null where it did not do it, and another try may succeed.</returns>
    /// <exception cref="JobFailedException">It failed, and would again.</exception>
    public async Task<TrainerStatus?> DoByOneAsync(TrainerTaskKind kind)
    {
        var done = await DoAsync([Leader!], Make(kind, (task, _) => task with { Writes = true }));
        return Outcome(done);
    }

    /// <summary>Has the others end the stage that one has ended; those that do not are brought up later.</summary>
    public Task FollowAsync()
    {
        var leader = Leader!;
        return DoAsync([.. Keys.Where(key => key != leader)], Make(TrainerTaskKind.EndStage, (task, _) => task));
    }

    /// <summary>Lets all but one of the farthest go.</summary>
    public async Task KeepOneAsync()
    {
        var leader = Leader;
        foreach (var key in Keys.Where(key => key != leader))
        {
            await DropAsync(key, null);
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
            await DropAsync(key, null);
        }

        foreach (var shard in RoundExchange.ShardsOf(job))
        {
            await _calls.TryAsync(grains.GetGrain<IParameterShardGrain>(shard).ClearAsync);
        }
    }

    private Func<RoundId, string, TrainerTask> Make(TrainerTaskKind kind, Func<TrainerTask, string, TrainerTask> change) =>
        (id, key) =>
    {
        var at = _members.GetValueOrDefault(key);
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
            if (await _calls.StartAsync(key, make(id, key)))
            {
                waiting.Add(key);
                _members.TryAdd(key, new TrainerStatus(job, id, TrainerTaskState.Running));
            }
            else
            {
                await DropAsync(key, isJoining ? null : "it does not take the task", isRefusal: true);
            }
        }

        var looked = Environment.TickCount64;
        while (true)
        {
            foreach (var key in waiting.ToArray())
            {
                if (!_members.TryGetValue(key, out var status))
                {
                    waiting.Remove(key);
                    await (tellLost is null ? Task.CompletedTask : _calls.TryAsync(() => tellLost(id, key)));
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

            await Task.WhenAny(_news.Task, Task.Delay(BetweenLooks));
            _news = _news.Task.IsCompleted ? NewSignal() : _news;
            if (Environment.TickCount64 - looked >= BetweenLooks.TotalMilliseconds)
            {
                await LookAsync(waiting, id);
                looked = Environment.TickCount64;
            }
        }
    }

    // Trainers that an earlier activation of the job had go on with this one; those that were just loading begin anew.
    private async Task AdoptAsync()
    {
        foreach (var key in (await _calls.ListAsync()).Select(worker => worker.Key))
        {
            if (await _calls.ReadAsync(key) is { } status && status.Job == job)
            {
                if (status.HasModel)
                {
                    _members[key] = status;
                }
                else
                {
                    await _calls.ReleaseAsync(key);
                }
            }
        }

        _hasAdopted = true;
    }

    // Asks every trainer how it goes, which also tells it that it is wanted. One that neither answers nor reports to the directory is lost.
    private async Task LookAsync(HashSet<string> waiting, RoundId id)
    {
        var silent = new List<string>();
        var answers = await Task.WhenAll(Keys.Select(async key => (Key: key, Status: await _calls.ReadAsync(key))));
        foreach (var (key, status) in answers)
        {
            if (status is null)
            {
                silent.Add(key);
            }
            else if (status.Job != job || (waiting.Contains(key) && status.Task != id))
            {
                await DropAsync(key, "it was let go");
            }
            else if (_members.TryGetValue(key, out var known) && status.Task >= known.Task)
            {
                _members[key] = status;
            }
        }

        if (silent.Count > 0)
        {
            var there = (await _calls.ListAsync()).Select(worker => worker.Key).ToHashSet();
            foreach (var key in silent.Where(key => !there.Contains(key)))
            {
                await DropAsync(key, "it does not answer");
            }
        }
    }

    private async Task<IReadOnlyList<string>> FindFreeAsync()
    {
        if (_members.Count > 0 && Environment.TickCount64 - _looked < BetweenLooks.TotalMilliseconds)
        {
            return [];
        }

        _looked = Environment.TickCount64;
        var free = (await _calls.ListAsync()).Where(worker => worker is { IsDraining: false, Open: 0 } && !_members.ContainsKey(worker.Key)).Select(worker => worker.Key);
        return [.. free.Where(key => !_refused.TryGetValue(key, out var since) || _looked - since > RefusalTime.TotalMilliseconds)];
    }

    private async Task DropAsync(string key, string? reason, bool isRefusal = false)
    {
        var wasMember = _members.Remove(key);
        if (isRefusal)
        {
            _refused[key] = Environment.TickCount64;
        }

        if (wasMember && reason is not null)
        {
            logger.LogInformation("The job {Job} goes on without {Trainer}: {Reason}", job, key, reason);
        }

        if (wasMember)
        {
            await _calls.ReleaseAsync(key);
        }
    }

    private static StagePoint Point(TrainerStatus status) => new(status.Stage, status.StageStep);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
