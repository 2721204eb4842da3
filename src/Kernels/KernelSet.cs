using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels;

/// <summary>One chosen kernel per operation. Modules receive it in their constructors and never choose again.</summary>
public sealed record KernelSet(IDeformableAttention DeformableAttention)
{
    /// <summary>Every implementation of multi-scale deformable attention.</summary>
    public static KernelCatalog<IDeformableAttention> DeformableAttentions { get; } =
        new(new SimdDeformableAttention(), new ComposedDeformableAttention());

    /// <summary>The fastest kernels for such a device and type of values.</summary>
    public static KernelSet For(DeviceType device, ScalarType type) => new(DeformableAttentions.Choose(device, type));

    /// <summary>The definitions: slow, and right by inspection.</summary>
    public static KernelSet Composed { get; } = new(DeformableAttentions.Composed);
}
