using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Evaluation;

/// <summary>The first samples of a task and split that are of a certain kind.</summary>
internal static class SceneSampleSource
{
    private const int MostTries = 100; // for each sample

    public static SceneSample[] Take(SceneSplit split, SceneTask task, long seed, int count, Func<SceneSample, bool>? isWanted = null)
    {
        var first = SceneSamples.FirstIndex(seed);
        SceneSample[] samples = [.. Enumerable.Range(0, count * MostTries).Select(i => SceneSamples.Get(split, task, first + i))
            .Where(sample => isWanted?.Invoke(sample) ?? true).Take(count)];
        return samples.Length == count ? samples
            : throw new DataException($"The {SceneSamples.Name(split)} split has only {samples.Length} samples of the wanted kind among {count * MostTries} of {SceneSamples.Name(task)}.");
    }

    /// <summary>The pieces before the first that the model is to produce.</summary>
    public static IReadOnlyList<SamplePiece> Prompt(SceneSample sample) => [.. sample.Data.Pieces.TakeWhile(piece => !piece.IsTrained)];
}
