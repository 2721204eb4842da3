using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Llama;
using MmiGrains.Silo.Terminal;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>Whole language models: tokens per second against what reading the weights allows, images, and prefill against the GEMM peak.</summary>
internal static class DecodeBenchmark
{
    private const int PromptTokens = 256;
    private static readonly (int Hidden, int Layers, int Intermediate)[] Sizes = [(1024, 12, 2816), (2048, 22, 5632)];

    public static IEnumerable<BenchmarkRow> Run(MachineLimits limits, bool isQuick)
    {
        foreach (var (hidden, layers, intermediate) in isQuick ? Sizes[..1] : Sizes)
        {
            foreach (var format in Enum.GetValues<WeightFormat>())
            {
                using var model = new BenchmarkModel(hidden, layers, intermediate, format);
                foreach (var row in Run(limits, model, $"{hidden} x {layers}", format, isPromised: hidden == 2048))
                {
                    yield return row;
                }
            }
        }
    }

    private static IEnumerable<BenchmarkRow> Run(MachineLimits limits, BenchmarkModel model, string size, WeightFormat format, bool isPromised)
    {
        var (none, eight) = (model.Look(0), model.Look(8));
        var times = Stopwatches.InTurn(15, () => model.Step(none), limits.Read, () => model.Step(eight), model.StepThroughTensors);
        var weights = model.Pass.WeightBytes - model.Pass.LookBytes; // a token without images reads no more
        var limit = limits.Bytes / times[1] / weights;
        double? goal = !isPromised ? null : format switch { WeightFormat.Q4 => 0.75, WeightFormat.BFloat16 => null, _ => 0.85 };
        yield return new($"decode, {format}, share of bandwidth", $"{size}, {Units.Bytes(weights)}", 1 / times[0], "tokens/s", limit, 1 / times[0] / limit, goal);
        yield return new("  a token with 8 images over one with none", size, times[2] * 1e3, "ms", times[0] * 1e3, times[2] / times[0], isPromised ? 1.05 : null, AtMost: true);

        yield return new("  the same token through tensors", size, times[0] * 1e3, "ms", times[3] * 1e3, times[3] / times[0]);

        using var quiet = no_grad();
        using var embeddings = randn(1, PromptTokens, model.Config.HiddenSize);
        var prefill = Stopwatches.InTurn(3, () => Prefill(model, embeddings))[0];
        var peak = Peak();
        var rate = 2.0 * model.LayerWeights * PromptTokens / prefill;
        yield return new(
            $"prefill, {format}, share of the GEMM peak", $"{size}, {PromptTokens} tokens", rate / 1e9, "GFLOP/s", peak / 1e9, rate / peak,
            isPromised && format == WeightFormat.Float32 ? 0.8 : null);
    }

    private static double Peak()
    {
        var (torch, ours) = MachineLimits.GemmPeak();
        return Math.Max(torch, ours);
    }

    private static void Prefill(BenchmarkModel model, Tensor embeddings)
    {
        using var scope = NewDisposeScope();
        _ = model.Model.Forward(new LlamaInput(embeddings));
    }
}
