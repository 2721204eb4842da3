using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>
/// The small world: {"kind": "scenes", "split": "train", "tasks": {"caption": 3, "story": 1}, "seed": 0, "max_objects": 4, "max_images": 8,
/// "questions": ["count"]}. Every sample is new; the run's seed does not matter, so that two runs of one configuration read the same samples, and ranks read different ones.
/// </summary>
internal static class SceneKind
{
    public static ISampleStream Open(DatasetConfig config, DatasetContext context)
    {
        var options = config.Options;
        var names = Enum.GetValues<SceneTask>().ToDictionary(SceneSamples.Name);
        var split = Enum.GetValues<SceneSplit>().First(value =>
            SceneSamples.Name(value) == options.Choice("split", "train", [.. Enum.GetValues<SceneSplit>().Select(SceneSamples.Name)]));
        var weights = options.Weights("tasks", [.. names.Keys]);
        var mixture = weights.Count == 0 ? SceneMixture.Default : new SceneMixture(weights.ToDictionary(pair => names[pair.Key], pair => pair.Value));
        var seed = options.Integer("seed", 0, 0, (int)Math.Min(int.MaxValue, SceneSamples.MaxSeed) - 1);
        var limits = new SceneLimits
        {
            MaxObjects = options.Integer("max_objects", SceneLimits.MostObjects, 1, SceneLimits.MostObjects),
            MaxImages = options.Integer("max_images", SceneLimits.MostImages, 1, SceneLimits.MostImages),
            Questions = [.. options.Texts("questions").Select(name => Question(options, name))],
        };
        return config.Files.Count > 0
            ? throw options.Wrong("files", "is not for scenes, which are drawn")
            : new SceneStream(mixture, split, (seed + context.Rank) % SceneSamples.MaxSeed, limits);
    }

    private static QuestionKind Question(DatasetOptions options, string name)
    {
        var kinds = Enum.GetValues<QuestionKind>().ToDictionary(SceneSamples.Name);
        return kinds.TryGetValue(name, out var kind) ? kind : throw options.Wrong("questions", $"has '{name}'; kinds are {string.Join(", ", kinds.Keys)}");
    }
}
