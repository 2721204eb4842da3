using System.Diagnostics;
using System.Globalization;
using MmiGrains.Kernels;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Text;
using MmiGrains.Silo.Terminal;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>
/// A training step on the small world: samples a second, where the time goes, beside the same step with composed kernels, and with activations
/// that are computed again. Every side gets the same rows in turn; medians are compared.
/// </summary>
internal static class TrainingBenchmark
{
    private const int MostImages = 15;
    private const double Mebibyte = 1 << 20;

    private static readonly string[] Parts = ["tensors from rows", "vision encoder", "language model", "autoencoder's latents", "resampler, UNet, losses", "backward", "optimizer"];

    public static IEnumerable<BenchmarkRow> Run(MmInterleavedConfig config, string preset, string tokenizer, int rows, int rowLength, int rounds)
    {
        var tokens = new SampleTokenizer(LlamaTokenizer.Load(tokenizer, embeddingRows: config.Sequence.VocabSizeTotal), config);
        var shape = $"{preset}, {rows} rows of {rowLength}, {get_num_threads()} threads";

        // Memory first: the process's peak only grows, so the smaller one is measured before the larger.
        yield return Memory(config, tokens, shape, rows, rowLength);

        using var packer = Open(tokens, config, rowLength, seed: 1);
        using var fused = new TrainingWorkload(config, KernelSet.For(DeviceType.CPU, ScalarType.Float32));
        using var composed = new TrainingWorkload(config, KernelSet.Composed);
        using var recomputing = new TrainingWorkload(config, KernelSet.For(DeviceType.CPU, ScalarType.Float32), recomputes: true);
        var (samples, data) = (new List<double>(), new List<double>());
        var steps = new[] { new List<double>(), new List<double>(), new List<double>() };
        var parts = new[] { new List<double[]>(), new List<double[]>() };
        for (var round = -1; round < rounds; round++)
        {
            IReadOnlyList<PackedRow> batch = [];
            var reading = Stopwatches.Once(() => batch = Next(packer, rows));
            double[] turn = [Stopwatches.Once(() => fused.Step(batch)), Stopwatches.Once(() => composed.Step(batch)), Stopwatches.Once(() => recomputing.Step(batch))];
            var (ours, theirs) = (fused.Parts(batch), composed.Parts(batch));
            if (round < 0)
            {
                continue; // the first round warms up
            }

            data.Add(reading);
            samples.Add(batch.Sum(row => row.Origins.Count));
            parts[0].Add(ours);
            parts[1].Add(theirs);
            for (var side = 0; side < steps.Length; side++)
            {
                steps[side].Add(turn[side]);
            }
        }

        var perStep = samples.Average();
        var (step, baseline, again) = (Stopwatches.Median(steps[0]), Stopwatches.Median(steps[1]), Stopwatches.Median(steps[2]));
        var reads = Stopwatches.Median(data);
        var size = $"{shape}, {perStep.ToString("0.0", CultureInfo.InvariantCulture)} samples a step";
        yield return new("training, against composed kernels", size, perStep / step, "samples/s", perStep / baseline, baseline / step);
        yield return new("  a step", shape, step * 1e3, "ms", baseline * 1e3, baseline / step);
        yield return new("  data: scenes drawn, packed (on a thread of its own)", shape, reads * 1e3, "ms", null, reads / step);
        for (var i = 0; i < Parts.Length; i++)
        {
            var (ours, theirs) = (Stopwatches.Median(parts[0].Select(times => times[i])), Stopwatches.Median(parts[1].Select(times => times[i])));
            yield return new($"  {Parts[i]}", shape, ours * 1e3, "ms", theirs * 1e3, theirs / ours);
        }

        yield return new("  a step with recomputed activations, over one without", shape, again * 1e3, "ms", step * 1e3, again / step);
    }

    // What a step needs beyond model, optimizer and what a tiny step has left behind.
    private static BenchmarkRow Memory(MmInterleavedConfig config, SampleTokenizer tokens, string shape, int rows, int rowLength)
    {
        using var packer = Open(tokens, config, rowLength, seed: 2);
        using var tiny = Open(tokens, config, config.Sequence.NumImgToken * 8, seed: 2);
        var (batch, kernels) = (Next(packer, rows), KernelSet.For(DeviceType.CPU, ScalarType.Float32));
        using var recomputing = new TrainingWorkload(config, kernels, recomputes: true);
        using var plain = new TrainingWorkload(config, kernels);
        var first = Next(tiny, 1);
        recomputing.Step(first);
        plain.Step(first);

        GC.Collect();
        var before = Peak();
        recomputing.Step(batch);
        var less = Peak() - before;
        plain.Step(batch);
        var more = Peak() - before;
        return new("peak memory of a step, recomputed over kept activations", shape, less / Mebibyte, "MiB", more / Mebibyte, less / more, AtMost: true);
    }

    private static double Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static RowPacker Open(SampleTokenizer tokens, MmInterleavedConfig config, int rowLength, ulong seed) => new(
        new SceneStream(SceneMixture.Default, SceneSplit.Train, (long)seed), tokens, config.SpecialTokens, new PackingOptions { RowLength = rowLength, MaxImages = MostImages }, seed);

    private static IReadOnlyList<PackedRow> Next(RowPacker packer, int rows) => [.. Enumerable.Range(0, rows).Select(_ => packer.Next())];
}
