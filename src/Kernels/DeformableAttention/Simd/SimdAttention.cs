using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>One call of the fused kernel: how it is divided, packed and vectorised, decided once for both passes.</summary>
/// <param name="shape">Sizes.</param>
/// <param name="levels">Shapes of the levels.</param>
/// <param name="pool">Who works.</param>
internal sealed unsafe class SimdAttention(AttentionShape shape, IReadOnlyList<LevelShape> levels, ComputePool pool)
{
    // Rows that are read for each row that packing copies, from which on packing pays; measured at 1 and 8 images of 1344 positions with
    // 16 heads of 64 channels: it loses a fifth at 5 to 9 of one image and gains a third at 14, and gains from 9 on with eight images.
    private const int PackRatio = 10;

    // The same where gradients are packed too; measured at 64 and 256 queries, 1 to 8 images: nothing lost at 4.6 of one image, a sixth of
    // forward and backward gained at 4.6 of eight; a tenth lost at 1.5.
    private const int BackwardPackRatio = 3;

    // Some 100 microseconds of work.
    private const int SamplesPerChunk = 16384;

    private readonly bool _wide = Vector512.IsHardwareAccelerated && shape.Channels % Vector512<float>.Count == 0;

    /// <summary>Samples and sums.</summary>
    /// <param name="values">Float32 or bfloat16, channels next to each other.</param>
    /// <param name="locations">Float32.</param>
    /// <param name="weights">Float32.</param>
    /// <param name="visible">Contiguous booleans, or none.</param>
    public Tensor Forward(Tensor values, Tensor locations, Tensor weights, Tensor? visible)
    {
        var output = empty([shape.Batch, shape.Queries, shape.Heads * shape.Channels], values.dtype);
        var samples = shape.Levels * shape.Points;
        var inputs = Inputs(values, locations, weights, visible, PackingPays(values, PackRatio));

        // A packed slice serves all queries of its head, if there are heads enough to go round.
        var rowsPerChunk = Math.Max(1, SamplesPerChunk / Math.Max(1, samples));
        if (inputs.Packs && (shape.Queries < rowsPerChunk || shape.Batch * shape.Heads >= 4 * pool.ThreadCount))
        {
            rowsPerChunk = Math.Max(1, (rowsPerChunk + shape.Queries - 1) / Math.Max(1, shape.Queries)) * Math.Max(1, shape.Queries);
        }

        var to = TensorPointer.First(output);
        if (values.dtype == ScalarType.BFloat16)
        {
            Forward(inputs, (ushort*)to, rowsPerChunk);
        }
        else
        {
            Forward(inputs, (float*)to, rowsPerChunk);
        }

        KeepAlive(values, locations, weights, visible, output);
        return output;
    }

    /// <summary>The gradients of values, locations and weights, each null if it is not needed.</summary>
    public (Tensor? Values, Tensor? Locations, Tensor? Weights) Backward(
        Tensor outputGradient, Tensor values, Tensor locations, Tensor weights, Tensor? visible, NeededGradients needed)
    {
        outputGradient = outputGradient.contiguous();
        var ofValues = needed.Values ? empty_strided(values.shape, DenseStrides(values), values.dtype) : null;
        var ofLocations = needed.Locations ? zeros(locations.shape) : null;
        var ofWeights = needed.Weights ? zeros(weights.shape) : null;
        var liesAlike = ofValues is null || (values.dtype == ScalarType.Float32 && ofValues.stride(1) == values.stride(1));
        var inputs = Inputs(values, locations, weights, visible, !liesAlike || PackingPays(values, BackwardPackRatio));
        var inPlace = liesAlike && !inputs.Packs;
        if (inPlace)
        {
            _ = ofValues?.zero_();
        }

        var strides = ofValues?.stride() ?? [0, 0, 0, 0];
        var gradients = new Gradients(
            First(ofValues), strides[0], strides[1], strides[2], inPlace, First(ofLocations), First(ofWeights));
        var from = TensorPointer.First(outputGradient);
        if (values.dtype == ScalarType.BFloat16)
        {
            Backward(inputs, (ushort*)from, gradients);
        }
        else
        {
            Backward(inputs, (float*)from, gradients);
        }

        KeepAlive(values, locations, weights, visible, outputGradient, ofValues, ofLocations, ofWeights);
        return (ofValues, ofLocations, ofWeights);
    }

    private bool PackingPays(Tensor values, long ratio) => values.stride(1) > shape.Channels
        && 4L * shape.Queries * shape.Levels * shape.Points > ratio * shape.Positions;

    private AttentionInputs Inputs(Tensor values, Tensor locations, Tensor weights, Tensor? visible, bool packs) => new(
        shape, values, levels, locations, weights, visible, _wide ? Vector512<float>.Count : Vector256<float>.Count, packs);

    private void Forward<TElement>(AttentionInputs inputs, TElement* output, int rowsPerChunk)
        where TElement : unmanaged
    {
        if (_wide)
        {
            ForwardPass<Lanes512, Vector512<float>, TElement>.Run(inputs, output, rowsPerChunk, pool);
        }
        else
        {
            ForwardPass<Lanes256, Vector256<float>, TElement>.Run(inputs, output, rowsPerChunk, pool);
        }
    }

    private void Backward<TElement>(AttentionInputs inputs, TElement* outputGradient, Gradients gradients)
        where TElement : unmanaged
    {
        if (_wide)
        {
            BackwardPass<Lanes512, Vector512<float>, TElement>.Run(inputs, outputGradient, gradients, pool);
        }
        else
        {
            BackwardPass<Lanes256, Vector256<float>, TElement>.Run(inputs, outputGradient, gradients, pool);
        }
    }

    // Heads before positions, if the values lie so.
    private long[] DenseStrides(Tensor values)
    {
        var (positions, heads, channels) = ((long)shape.Positions, (long)shape.Heads, (long)shape.Channels);
        return values.stride(1) < values.stride(2)
            ? [heads * positions * channels, channels, positions * channels, 1]
            : [positions * heads * channels, heads * channels, channels, 1];
    }

    private static nint First(Tensor? tensor) => tensor is null ? 0 : (nint)TensorPointer.First(tensor);

    private static void KeepAlive(params ReadOnlySpan<Tensor?> tensors)
    {
        foreach (var tensor in tensors)
        {
            GC.KeepAlive(tensor);
        }
    }
}
