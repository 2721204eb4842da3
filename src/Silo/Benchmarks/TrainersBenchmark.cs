using System.Text.Json;
using MmiGrains.Contracts.Training;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Chaos;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>
/// Two trainers of a cluster beside one: jobs on silos in processes of their own, each trainer computing with one thread. The sides take turns on the same
/// silos and the same samples; a side's speed is the median of its steps.
/// </summary>
internal static class TrainersBenchmark
{
    private const int WarmSteps = 4; // kernels are compiled, caches filled
    private const int MostSteps = 100;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.2);

    /// <summary>Measures.</summary>
    /// <param name="preset">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="rows">Rows of a batch.</param>
    /// <param name="rowLength">Tokens of a row.</param>
    /// <param name="rounds">Jobs of each side.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(string preset, string tokenizer, int rows, int rowLength, int rounds, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mmi-bench-").FullName;
        try
        {
            await using var cluster = new ChaosCluster("none", Path.Combine(folder, "run"), "--roles", "trainer");
            await cluster.StartAsync(2);
            var result = new List<BenchmarkRow>();
            foreach (var (name, inner, steps) in new[] { ("exchange every step", 1, 12), ("exchange every 8 steps", 8, 24) })
            {
                var speeds = new[] { new List<double>(), new List<double>() };
                for (var round = 0; round < rounds; round++)
                {
                    foreach (var trainers in new[] { 1, 2 })
                    {
                        var id = $"bench/{inner}-{round}-{trainers}";
                        var spec = new TrainingJobSpec(Recipe(preset, tokenizer, rows, rowLength, steps), folder, Path.Combine(folder, id)) { InnerSteps = inner, MinTrainers = trainers, MaxTrainers = trainers };
                        speeds[trainers - 1].AddRange(await SpeedsAsync(cluster.Grains.GetGrain<ITrainingJobGrain>(id), spec, cancellation));
                    }
                }

                var (one, two) = (Stopwatches.Median(speeds[0]), Stopwatches.Median(speeds[1]));
                result.Add(new BenchmarkRow($"two trainers over one, {name}", $"{preset}, 2 batches of {rows} rows of {rowLength}", two, "samples/s", one, two / one));
            }

            return result;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<double>> SpeedsAsync(ITrainingJobGrain job, TrainingJobSpec spec, CancellationToken cancellation)
    {
        for (var info = await job.CreateAsync(spec); !info.HasEnded; info = await Patience.CallAsync(job.ReadAsync, cancellation))
        {
            await Task.Delay(BetweenLooks, cancellation);
        }

        var metrics = await job.ReadMetricsAsync(0, MostSteps);
        return metrics.Where(metric => metric.Split == "train" && metric.Step > WarmSteps).Select(metric => metric.Values["samples_per_second"]);
    }

    private static string Recipe(string preset, string tokenizer, int rows, int rowLength, int steps) => ConfigFile.ToText(new TrainingRecipe
    {
        Model = preset,
        Tokenizer = tokenizer,
        Threads = 1,
        CheckpointEvery = 1000,
        ValidateEvery = 0,
        LogEvery = 1,
        Stages =
        [
            new()
            {
                Name = "bench", Train = "all", Steps = steps, Rows = rows, Accumulation = 2, Packing = new() { RowLength = rowLength, MaxImages = 12 }, IsolateSamples = true,
                Data = [JsonDocument.Parse("""{ "kind": "scenes" }""").RootElement],
            },
        ],
    });
}
