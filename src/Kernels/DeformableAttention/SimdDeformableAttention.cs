using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MmiGrains.Kernels.DeformableAttention.Simd;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention;

/// <summary>Sampling, weighting and summing in one pass over the samples, with the vector instructions of an x64 processor.</summary>
/// <param name="pool">The threads that share the work; the process's, if not given.</param>
public sealed class SimdDeformableAttention(ComputePool? pool = null) : IDeformableAttention
{
    private readonly ComputePool _pool = pool ?? ComputePool.Shared;

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public bool Supports(DeviceType device, ScalarType type) =>
        device == DeviceType.CPU && type is ScalarType.Float32 or ScalarType.BFloat16
        && Vector256.IsHardwareAccelerated && Bmi2.X64.IsSupported;

    /// <inheritdoc/>
    public Tensor Attend(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility = null)
    {
        var shape = AttentionShape.Of(values, levels, locations, weights, visibility);
        if (!Supports(values.device_type, values.dtype) || new[] { locations, weights }.Any(other => other.device_type != DeviceType.CPU))
        {
            throw new ArgumentException(
                $"Values {values.dtype} on {values.device}, locations on {locations.device} and weights on {weights.device}: "
                + "this kernel takes float32 or bfloat16 values, all on the CPU.");
        }

        // What can be read as it lies is not copied.
        var rows = values.stride(3) == 1 || values.shape[3] == 1 ? values : values.contiguous();
        (locations, weights) = (locations.to_type(ScalarType.Float32), weights.to_type(ScalarType.Float32));
        var visible = visibility?.ne(0).contiguous();
        var call = new SimdAttention(shape, levels, _pool);
        var needed = is_grad_enabled()
            ? new NeededGradients(rows.requires_grad, locations.requires_grad, weights.requires_grad)
            : default;
        if (!needed.Any)
        {
            return call.Forward(rows, locations, weights, visible);
        }

        // The engine copies a leaf's gradient if someone else holds it too, as the function does. A view's gradient is held by no one.
        using var valuesView = rows.view(rows.shape);
        using var locationsView = locations.view(locations.shape);
        using var weightsView = weights.view(weights.shape);
        return SimdAttentionFunction.apply(valuesView, locationsView, weightsView, visible!, call, needed);
    }
}
