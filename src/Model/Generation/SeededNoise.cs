using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>Standard normal noise from one generator on the CPU, drawn in order, as the reference seeds its sampler. Owns the generator's native state.</summary>
/// <param name="seed">The generator's seed.</param>
public sealed class SeededNoise(long seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed, CPU);

    /// <summary>Noise of this shape in float32; each call continues where the last one ended.</summary>
    public Tensor Draw(long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: _generator);

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();
}
