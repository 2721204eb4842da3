using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Workers;

/// <summary>Who offers what, how busy they are, and whom sessions and images were last sent to. Not for several threads.</summary>
/// <param name="time">The clock.</param>
public sealed class WorkerDirectory(TimeProvider time)
{
    /// <summary>A worker that is silent for longer is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private const int Remembered = 100_000; // some 20 MB
    private const double LongestWait = 60; // seconds, that somebody who found no room is told
    private const double NearMargin = 0.1; // of its slots a near worker may have more to do than another

    private readonly Dictionary<(string Key, WorkerRole Role), (WorkerInfo Info, long Heard)> _workers = [];
    private readonly RecentMap<(WorkerRole Role, string Session), string> _sessions = new(Remembered);
    private readonly RecentMap<(WorkerRole Role, ImageId Image), string> _images = new(Remembered);

    /// <summary>Which models there are to be.</summary>
    public ModelPlan Plan { get; set; } = ModelPlan.None;

    /// <summary>A worker tells that it is there.</summary>
    public void Report(WorkerInfo worker) => _workers[(worker.Key, worker.Role)] = (worker, time.GetTimestamp());

    /// <summary>A worker leaves, with all its roles.</summary>
    public void Leave(string key)
    {
        foreach (var left in _workers.Keys.Where(worker => worker.Key == key).ToArray())
        {
            _workers.Remove(left);
        }
    }

    /// <summary>All that are there, by key.</summary>
    public IReadOnlyList<WorkerInfo> List()
    {
        foreach (var (key, worker) in _workers)
        {
            if (time.GetElapsedTime(worker.Heard) > Silence)
            {
                _workers.Remove(key);
            }
        }

        return [.. _workers.Values.Select(worker => worker.Info with { IsServing = IsServing(worker.Info) }).OrderBy(worker => worker.Key, StringComparer.Ordinal)];
    }

    // Where nobody has the current model, as when its copy is lost, what there is serves: but not what is only being loaded.
    private bool IsServing(WorkerInfo worker) => worker.Role == WorkerRole.Trainer || worker.Model == Plan.Current?.Hash
        || (worker.Model != Plan.Next?.Hash && !_workers.Values.Any(other => other.Info.Role == worker.Role && other.Info.Model == Plan.Current?.Hash));

    /// <summary>Chooses a worker, and counts the request to it until it reports again.</summary>
    /// <exception cref="CapacityExceededException">All of that role have as much as they take.</exception>
    public WorkerInfo? Choose(WorkerRole role, string? session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid, string? model = null, string? near = null)
    {
        var there = List().Where(worker => worker.Role == role && !worker.IsDraining && (model is null ? worker.IsServing : worker.Model == model) && !avoid.Contains(worker.Key)).ToArray();
        if (there.Length == 0)
        {
            return null;
        }

        var withRoom = Array.FindAll(there, worker => worker.Open < worker.Limit);
        if (withRoom.Length == 0)
        {
            throw new CapacityExceededException(
                $"All {there.Length} workers of the role '{role}' are full: {there.Sum(worker => (long)worker.Open)} requests of at most {there.Sum(worker => (long)worker.Limit)}.", isPassing: true,
                UntilOneEnds(there));
        }

        var warm = session is null ? null : _sessions.Find((role, session));
        var chosen = Array.Find(withRoom, worker => worker.Key == warm) ?? LeastBusy(withRoom, Residents(role, images), near);
        Remember(chosen, session, images);
        return chosen;
    }

    // On average, by how many ended lately; null where none did.
    private static TimeSpan? UntilOneEnds(IEnumerable<WorkerInfo> workers) => workers.Sum(worker => worker.EndRate) is > 0 and var rate
        ? TimeSpan.FromSeconds(Math.Min(1 / rate, LongestWait))
        : null;

    // How many of the images each worker has seen.
    private Dictionary<string, int> Residents(WorkerRole role, IReadOnlyList<ImageId> images) =>
        images.Distinct().Select(image => _images.Find((role, image))).OfType<string>().CountBy(key => key).ToDictionary();

    private static WorkerInfo LeastBusy(IEnumerable<WorkerInfo> workers, Dictionary<string, int> residents, string? near) => workers
        .OrderByDescending(worker => residents.GetValueOrDefault(worker.Key))
        .ThenBy(worker => ((double)worker.Open / Math.Max(worker.Slots, 1)) - (near is not null && worker.Key.StartsWith(near + "/", StringComparison.Ordinal) ? NearMargin : 0))
        .ThenByDescending(worker => worker.FreeShare)
        .First();

    private void Remember(WorkerInfo chosen, string? session, IReadOnlyList<ImageId> images)
    {
        if (session is not null)
        {
            _sessions.Set((chosen.Role, session), chosen.Key);
        }

        foreach (var image in images)
        {
            _images.Set((chosen.Role, image), chosen.Key);
        }

        var worker = (chosen.Key, chosen.Role);
        _workers[worker] = (chosen with { Open = chosen.Open + 1 }, _workers[worker].Heard);
    }
}
