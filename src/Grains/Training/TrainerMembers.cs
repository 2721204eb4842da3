using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;

namespace MmiGrains.Grains.Training;

/// <summary>Which trainers have a job, and where each stands. They come, are let go, or are lost. For the job's grain alone.</summary>
/// <param name="job">The job's key.</param>
/// <param name="calls">Reaches trainers.</param>
/// <param name="logger">Told who comes and goes.</param>
internal sealed class TrainerMembers(string job, TrainerCalls calls, ILogger logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusalTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, TrainerStatus> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = NewSignal();
    private long _looked;
    private bool _hasAdopted;

    /// <summary>How many there are.</summary>
    public int Count => _members.Count;

    /// <summary>Their keys.</summary>
    public IReadOnlyList<string> Keys => [.. _members.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Key of one that is as far as any, and that made the last round rather than joined after it; null where there is none.</summary>
    public string? Leader => _members.Count == 0 ? null : _members
        .OrderByDescending(member => PointOf(member.Value)).ThenByDescending(member => member.Value.Values.Count > 0).ThenBy(member => member.Key, StringComparer.Ordinal)
        .First().Key;

    /// <summary>Where one stands; null where it is not a member.</summary>
    public TrainerStatus? Find(string key) => _members.GetValueOrDefault(key);

    /// <summary>Members that are not where the farthest is.</summary>
    public IEnumerable<string> Late(StagePoint point) => _members.Where(member => PointOf(member.Value) < point || !member.Value.HasModel).Select(member => member.Key);

    /// <summary>One takes a task of the job on.</summary>
    public void Add(string key, RoundId task) => _members.TryAdd(key, new TrainerStatus(job, task, TrainerTaskState.Running));

    /// <summary>A trainer tells of its task.</summary>
    public void Report(string trainer, TrainerStatus status)
    {
        if (_members.TryGetValue(trainer, out var known) && status.Job == job && status.Task >= known.Task)
        {
            _members[trainer] = status;
            _news.TrySetResult();
        }
    }

    /// <summary>Waits for a report, or until it is time to look.</summary>
    public async Task ListenAsync()
    {
        await Task.WhenAny(_news.Task, Task.Delay(BetweenLooks));
        _news = _news.Task.IsCompleted ? NewSignal() : _news;
    }

    /// <summary>Takes those over that an earlier activation of the job had; those that were just loading begin anew. Once.</summary>
    public async Task AdoptAsync()
    {
        if (_hasAdopted)
        {
            return;
        }

        foreach (var key in (await calls.ListAsync()).Select(worker => worker.Key))
        {
            if (await calls.ReadAsync(key) is { } status && status.Job == job)
            {
                if (status.HasModel)
                {
                    _members[key] = status;
                }
                else
                {
                    await calls.ReleaseAsync(key);
                }
            }
        }

        _hasAdopted = true;
    }

    /// <summary>Trainers that nobody has, and that have not just refused. With members it is looked for once in a while.</summary>
    public async Task<IReadOnlyList<string>> FindFreeAsync()
    {
        if (_members.Count > 0 && Environment.TickCount64 - _looked < BetweenLooks.TotalMilliseconds)
        {
            return [];
        }

        _looked = Environment.TickCount64;
        var free = (await calls.ListAsync()).Where(worker => worker is { IsDraining: false, Open: 0 } && !_members.ContainsKey(worker.Key)).Select(worker => worker.Key);
        return [.. free.Where(key => !_refused.TryGetValue(key, out var since) || _looked - since > RefusalTime.TotalMilliseconds)];
    }

    /// <summary>Asks every member how it goes, which also tells it that it is wanted. One that neither answers nor reports to the directory is lost.</summary>
    /// <param name="waiting">Those that have a task.</param>
    /// <param name="task">The task.</param>
    public async Task LookAsync(IReadOnlySet<string> waiting, RoundId task)
    {
        var silent = new List<string>();
        var answers = await Task.WhenAll(Keys.Select(async key => (Key: key, Status: await calls.ReadAsync(key))));
        foreach (var (key, status) in answers)
        {
            if (status is null)
            {
                silent.Add(key);
            }
            else if (status.Job != job || (waiting.Contains(key) && status.Task != task))
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
            var there = (await calls.ListAsync()).Select(worker => worker.Key).ToHashSet();
            foreach (var key in silent.Where(key => !there.Contains(key)))
            {
                await DropAsync(key, "it does not answer");
            }
        }
    }

    /// <summary>Lets one go.</summary>
    /// <param name="key">Which.</param>
    /// <param name="reason">Why, where it was not the job's wish.</param>
    /// <param name="isRefusal">Whether it is not asked again for a while.</param>
    public async Task DropAsync(string key, string? reason, bool isRefusal = false)
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
            await calls.ReleaseAsync(key);
        }
    }

    /// <summary>The point of a status.</summary>
    public static StagePoint PointOf(TrainerStatus status) => new(status.Stage, status.StageStep);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
