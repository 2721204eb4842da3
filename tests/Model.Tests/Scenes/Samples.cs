using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

/// <summary>Runs of samples to test with.</summary>
internal static class Samples
{
    public static IEnumerable<SceneSample> Of(SceneTask task, int count, SceneSplit split = SceneSplit.Train) =>
        Enumerable.Range(0, count).Select(i => SceneSamples.Get(split, task, i));

    /// <summary>Those of every task.</summary>
    public static IEnumerable<SceneSample> OfAll(int countEach, SceneSplit split = SceneSplit.Train) =>
        Enum.GetValues<SceneTask>().SelectMany(task => Of(task, countEach, split));

    public static IReadOnlyList<string> Texts(this SceneSample sample) => [.. sample.Data.Pieces.OfType<TextPiece>().Select(piece => piece.Text)];

    public static T Truth<T>(this SceneSample sample) where T : SceneTruth => Assert.IsType<T>(sample.Truth);

    /// <summary>The kinds of a sample's pieces: t and i for text and image, T and I for those that are trained, a dot for the end of a turn.</summary>
    public static string Kinds(this SceneSample sample) =>
        string.Concat(sample.Data.Pieces.Select(piece => (piece, piece.IsTrained) switch
        {
            (TextPiece, true) => 'T',
            (TextPiece, false) => 't',
            (TurnEndPiece, _) => '.',
            (_, true) => 'I',
            _ => 'i',
        }));
}
