using MmiGrains.Model.Data;

namespace MmiGrains.Model.Scenes;

/// <summary>How often each task is drawn, relative to the others.</summary>
public sealed class SceneMixture
{
    private readonly SceneTask[] _tasks;
    private readonly int[] _weights;

    /// <summary>A mixture of these tasks; those without a weight, or with 0, do not occur.</summary>
    /// <exception cref="DataException">A weight is negative or above a million, or all are 0.</exception>
    public SceneMixture(IReadOnlyDictionary<SceneTask, int> weights)
    {
        const int most = 1_000_000;
        foreach (var (task, weight) in weights)
        {
            if (weight is < 0 or > most)
            {
                throw new DataException($"The weight of the task '{SceneSamples.Name(task)}' is {weight}; weights are 0 to {most}.");
            }
        }

        // In the order of the tasks, so that the order in which weights were given changes nothing.
        _tasks = [.. weights.Where(pair => pair.Value > 0).Select(pair => pair.Key).Order()];
        _weights = [.. _tasks.Select(task => weights[task])];
        if (_tasks.Length == 0)
        {
            throw new DataException("Every task of the mixture weighs 0.");
        }
    }

    /// <summary>All tasks, those with short answers and pictures to paint most often.</summary>
    public static SceneMixture Default { get; } = new(new Dictionary<SceneTask, int>
    {
        [SceneTask.Caption] = 18,
        [SceneTask.Question] = 6,
        [SceneTask.Images] = 12,
        [SceneTask.Picture] = 14,
        [SceneTask.Story] = 12,
        [SceneTask.Edit] = 8,
        [SceneTask.Refer] = 6,
        [SceneTask.Segment] = 4,
        [SceneTask.Document] = 4,
        [SceneTask.Conversation] = 20,
        [SceneTask.Interview] = 12,
        [SceneTask.Depiction] = 6,
        [SceneTask.Album] = 8,
        [SceneTask.Series] = 4,
        [SceneTask.Twins] = 4,
    });

    /// <summary>One task alone.</summary>
    public static SceneMixture Only(SceneTask task) => new(new Dictionary<SceneTask, int> { [task] = 1 });

    internal SceneTask Pick(SceneRandom random) => _tasks[random.Weighted(_weights)];
}
