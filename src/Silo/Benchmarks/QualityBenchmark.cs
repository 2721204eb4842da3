using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>
/// What fewer bits cost: the recorded prompts of a folder are continued greedily in float32, and every other format reads the same tokens.
/// Per token, the Kullback-Leibler divergence of its distribution from float32's, and how often both would take the same token.
/// </summary>
internal static class QualityBenchmark
{
    private const string Case = "f_text", PromptIds = ".prompt_ids";

    public static IEnumerable<BenchmarkRow> Run(string folder, int tokens)
    {
        using var prompts = SafetensorsFile.Open(Path.Combine(folder, "cases", Case + ".safetensors"));
        string[] runs = [.. prompts.Entries.Select(entry => entry.Name).Where(name => name.EndsWith(PromptIds, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(name => name[..^PromptIds.Length])];
        var expected = new List<float[][]>();
        var chosen = new Dictionary<(string Run, int Step), long[]>(); // by float32
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            using var model = ModelFolder.Load(folder);
            model.PrepareForInference(format);
            var found = runs.SelectMany(run => Continue(model, prompts, run, tokens, chosen)).ToList();
            if (format == WeightFormat.Float32)
            {
                expected = found;
                continue;
            }

            var pairs = expected.SelectMany((rows, i) => rows.Zip(found[i])).ToList();
            var divergence = pairs.Average(pair => Divergence(pair.First, pair.Second));
            var agreement = pairs.Average(pair => Array.IndexOf(pair.First, pair.First.Max()) == Array.IndexOf(pair.Second, pair.Second.Max()) ? 1.0 : 0);
            yield return new($"{format}: divergence from float32", $"{pairs.Count} tokens", divergence, "nats/token", null, divergence);
            yield return new($"{format}: same greedy token", $"{pairs.Count} tokens", agreement, "share", null, agreement);
        }
    }

    // For each step the log-probabilities of every row. The first to come by chooses the tokens, the likeliest ones.
    private static List<float[][]> Continue(
        MmInterleaved model, SafetensorsFile prompts, string run, int tokens, Dictionary<(string Run, int Step), long[]> chosen)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var prompt = model.Batch(prompts.Read($"{run}.prompt_ids"), prompts.Read($"{run}.attention_mask"));
        var pixels = prompts.Read($"{run}.image_tensors_f16").to_type(ScalarType.Float32);
        using var rows = new TextGenerator(model).Prefill(prompt, model.VisualTokenizer.Encode(pixels));
        var steps = new List<float[][]>();
        for (var step = 0; step < tokens; step++)
        {
            var logarithms = rows.NextLogits.log_softmax(-1);
            steps.Add([.. Enumerable.Range(0, (int)prompt.Rows).Select(row => logarithms[row].data<float>().ToArray())]);
            if (!chosen.TryGetValue((run, step), out var next))
            {
                chosen[(run, step)] = next = logarithms.argmax(-1).data<long>().ToArray();
            }

            rows.Step(next);
        }

        return steps;
    }

    private static double Divergence(float[] expected, float[] found) =>
        expected.Zip(found).Sum(pair => Math.Exp(pair.First) * (pair.First - pair.Second));
}
