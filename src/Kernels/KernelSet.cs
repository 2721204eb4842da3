using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.MmfsAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels;

/// <summary>One chosen kernel per operation. Modules receive it in their constructors and never choose again.</summary>
/// <param name="DeformableAttention">Multi-scale deformable attention.</param>
/// <param name="FusesMmfs">Whether the synchronizer's look, where no gradient is wanted, is one kernel from projected queries to sums.</param>
public sealed record KernelSet(IDeformableAttention DeformableAttention, bool FusesMmfs = false)
{
    /// <summary>Every implementation of multi-scale deformable attention.</summary>
    public static KernelCatalog<IDeformableAttention> DeformableAttentions { get; } =
        new(new SimdDeformableAttention(), new ComposedDeformableAttention());

    /// <summary>The fastest kernels for such a device and type of values.</summary>
    public static KernelSet For(DeviceType device, ScalarType type) => new(
        DeformableAttentions.Choose(device, type),
        FusesMmfs: device == DeviceType.CPU && type == ScalarType.Float32 && MmfsAttentionKernel.IsSupported);

    /// <summary>The definitions: slow, and right by inspection.</summary>
    public static KernelSet Composed { get; } = new(DeformableAttentions.Composed);
}
