using System.Diagnostics;
using System.Globalization;
using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>How many samples one thread makes, texts and pixels, of each task and of the mixture.</summary>
internal static class SceneBenchmark
{
    private const int Rounds = 5;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5);

    public static void Run(int side, TextWriter output)
    {
        var table = new TextTable("task", ">samples/s", ">images/s", ">images each");
        foreach (var task in Enum.GetValues<SceneTask>())
        {
            Measure(SceneSamples.Name(task), SceneMixture.Only(task), side, table);
        }

        Measure("mixture", SceneMixture.Default, side, table);
        table.Write(output);
    }

    // The first round warms up; of the others the median counts.
    private static void Measure(string name, SceneMixture mixture, int side, TextTable table)
    {
        using var stream = new SceneStream(mixture, SceneSplit.Train, seed: 0);
        var rates = Enumerable.Range(0, Rounds + 1).Select(_ => Make(stream, side)).Skip(1).ToList();
        var samples = Stopwatches.Median(rates.Select(rate => rate.Samples));
        var images = Stopwatches.Median(rates.Select(rate => rate.Images));
        table.Add(name, Units.Count((long)samples), Units.Count((long)images), (images / samples).ToString("0.0", CultureInfo.InvariantCulture));
    }

    private static (double Samples, double Images) Make(SceneStream stream, int side)
    {
        var (samples, images, start) = (0, 0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(start) < Round)
        {
            foreach (var piece in stream.Next().Pieces.OfType<ImagePiece>())
            {
                _ = piece.Image.Load(side);
                images++;
            }

            samples++;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (samples / seconds, images / seconds);
    }
}
