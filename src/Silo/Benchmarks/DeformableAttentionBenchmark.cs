using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>Multi-scale deformable attention: fused against composed on one thread each, and against the memory's speed on all.</summary>
internal static class DeformableAttentionBenchmark
{
    private const int Heads = 16, Channels = 64, Points = 8, MostComposedQueries = 256;
    private static readonly int[] LanguageLevels = [32, 16, 8];
    private static readonly int[] UNetLevels = [64, 32, 16, 8];

    public static IEnumerable<BenchmarkRow> Run(MachineLimits limits, bool isQuick)
    {
        var shapes = from images in isQuick ? [1, 8] : new[] { 1, 2, 4, 8 } from queries in isQuick ? [1, 64] : new[] { 1, 64, 256 } select (LanguageLevels, images, queries);
        (int[] Levels, int Images, int Queries)[] all = [.. shapes, (UNetLevels, 1, 64), .. isQuick ? [] : new[] { (UNetLevels, 1, 256) }];
        foreach (var (levels, images, queries) in all)
        {
            foreach (var row in Compare(levels, images, queries))
            {
                yield return row;
            }
        }

        foreach (var (levels, images) in new[] { (LanguageLevels, 1), (UNetLevels, 1) })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                yield return Share(limits, levels, images, 4096, type);
            }
        }
    }

    private static IEnumerable<BenchmarkRow> Compare(int[] levels, int images, int queries)
    {
        using var scope = NewDisposeScope();
        using var pool = new ComputePool(1);
        var before = get_num_threads();
        set_num_threads(1);
        var (inference, training) = (new Inputs(levels, images, queries, ScalarType.Float32), new Inputs(levels, images, queries, ScalarType.Float32, forTraining: true));
        var (fused, composed) = (new SimdDeformableAttention(pool), new ComposedDeformableAttention());
        var rounds = queries >= MostComposedQueries ? 3 : 7;
        var forward = Stopwatches.InTurn(rounds, () => inference.Forward(fused), () => inference.Forward(composed));
        var both = Stopwatches.InTurn(rounds, () => training.ForwardBackward(fused), () => training.ForwardBackward(composed));
        set_num_threads(before);

        var shape = Shape(levels, images, queries);
        bool isPromised = queries >= 64;
        yield return new("deformable attention, 1 thread", shape, forward[0] * 1e3, "ms", forward[1] * 1e3, forward[1] / forward[0], isPromised ? 20 : null);
        yield return new("  and backward", shape, both[0] * 1e3, "ms", both[1] * 1e3, both[1] / both[0], isPromised ? 15 : null);
    }

    // Each number that goes in or out, read or written once, against the time that reading as many takes.
    private static BenchmarkRow Share(MachineLimits limits, int[] levels, int images, int queries, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(levels, images, queries, type);
        var kernel = new SimdDeformableAttention();
        var times = Stopwatches.InTurn(9, () => inputs.Forward(kernel), limits.Read);
        var floor = times[1] * inputs.Bytes / limits.Bytes;
        var goal = type == ScalarType.Float32 && levels == LanguageLevels ? 0.25 : (double?)null;
        return new($"  all threads, {(type == ScalarType.Float32 ? "float32" : "bfloat16")}, share of bandwidth", Shape(levels, images, queries), times[0] * 1e3, "ms", floor * 1e3, floor / times[0], goal);
    }

    private static string Shape(int[] levels, int images, int queries) => $"{string.Join('/', levels)}, {images} images, {queries} queries";

    private sealed class Inputs
    {
        private readonly LevelShape[] _levels;
        private readonly Tensor _values;
        private readonly Tensor _locations;
        private readonly Tensor _weights;

        // For inference a head's positions lie together, as the model keeps them; for training heads lie side by side, as they are projected.
        // Samples are strewn over the whole image and a little beyond: the worst case.
        public Inputs(int[] levels, int images, int queries, ScalarType type, bool forTraining = false)
        {
            manual_seed(1);
            _levels = [.. Enumerable.Repeat(levels, images).SelectMany(sides => sides).Select(LevelShape.Square)];
            var positions = _levels.Sum(level => level.PositionCount);
            _values = forTraining ? randn(1, positions, Heads, Channels) : randn(1, Heads, positions, Channels).to_type(type).transpose(1, 2);
            _locations = (rand([1, queries, Heads, _levels.Length, Points, 2]) * 1.2) - 0.1;
            _weights = rand([1, queries, Heads, _levels.Length, Points]).to_type(type);
        }

        public long Bytes => (_values.numel() + _weights.numel() + (_locations.shape[1] * Heads * Channels)) * _values.ElementSize + (_locations.numel() * sizeof(float));

        public void Forward(IDeformableAttention kernel)
        {
            using var quiet = inference_mode();
            kernel.Attend(_values, _levels, _locations, _weights).Dispose();
        }

        public void ForwardBackward(IDeformableAttention kernel)
        {
            using var scope = NewDisposeScope();
            Tensor[] leaves = [.. new[] { _values, _locations, _weights }.Select(tensor => tensor.detach().requires_grad_())];
            var output = kernel.Attend(leaves[0], _levels, leaves[1], leaves[2]);
            output.backward([ones_like(output)]);
        }
    }
}
