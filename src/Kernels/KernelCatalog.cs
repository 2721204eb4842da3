using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels;

/// <summary>The implementations of one operation, fastest first. The last one supports everything.</summary>
public sealed class KernelCatalog<TKernel>(params IReadOnlyList<TKernel> fastestFirst)
    where TKernel : class, IKernel
{
    /// <summary>All implementations, fastest first, for parity tests and benchmarks.</summary>
    public IReadOnlyList<TKernel> All => fastestFirst;

    /// <summary>The definition that every other implementation is tested against.</summary>
    public TKernel Composed => fastestFirst[^1];

    /// <summary>The fastest implementation for such a device and type of values.</summary>
    public TKernel Choose(DeviceType device, ScalarType type) => fastestFirst.First(kernel => kernel.Supports(device, type));
}
