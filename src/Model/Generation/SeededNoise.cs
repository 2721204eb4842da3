using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>Standard normal noise from one generator on the CPU, drawn in order, as the reference seeds its sampler.</summary>
public static class SeededNoise
{
    /// <summary>A source of noise: each call continues where the last one ended.</summary>
    public static Func<long[], Tensor> From(long seed)
    {
        var generator = new Generator((ulong)seed, CPU);
        return shape => randn(shape, dtype: ScalarType.Float32, generator: generator);
    }
}
