using System.Diagnostics;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes.Rendering;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>The reader's own error: what it reads off pictures of known scenes.</summary>
/// <param name="Score">What was right, and what was taken for what.</param>
/// <param name="ReadingTime">What reading one picture took, on average, on one core.</param>
public sealed record ReaderError(ReadingScore Score, TimeSpan ReadingTime)
{
    // Beside the tasks, which count from 0.
    private const long ScenesKey = -1;
    private const long NoiseKey = -2;

    /// <summary>A scene of the validation split that no task has.</summary>
    public static Scene Scene(long index) => new SceneComposer(
        new SceneRandom((long)SceneSplit.Validation, ScenesKey, index), SceneSplit.Validation).Scene();

    /// <summary>Draws scenes of the validation split and reads them.</summary>
    /// <param name="count">How many pictures.</param>
    /// <param name="side">Their side in pixels.</param>
    /// <param name="noise">The standard deviation of noise on them, of 255.</param>
    /// <param name="through">What else happens to a picture before it is read, such as an autoencoder; null for nothing. Called from several threads.</param>
    public static ReaderError Measure(
        int count, int side, double noise = 0, Func<RgbImage, RgbImage>? through = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var score = new ReadingScore();
        var ticks = 0L;
        var matches = Enumerable.Range(0, count).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(Match);
        foreach (var match in matches)
        {
            score.Add(match);
        }

        return new ReaderError(score, TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency / count));

        SceneMatch Match(int index)
        {
            var scene = Scene(index);
            var picture = SceneRenderer.Render(scene, side);
            picture = noise > 0 ? PictureNoise.Add(picture, noise, new SceneRandom(NoiseKey, index)) : picture;
            picture = through?.Invoke(picture) ?? picture;
            var begin = Stopwatch.GetTimestamp();
            var reading = SceneReader.Read(picture);
            Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - begin);
            return SceneMatch.Of(scene, reading);
        }
    }
}
