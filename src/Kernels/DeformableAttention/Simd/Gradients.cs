using System.Numerics;
using System.Runtime.CompilerServices;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Where gradients go; null for those that nobody needs. All start as zeros, locations and weights contiguous.</summary>
/// <param name="Values">[batch, positions, heads, channels] in the values' type, in the strides that follow.</param>
/// <param name="BatchStride">Numbers from one row of the batch to the next.</param>
/// <param name="PositionStride">Numbers from one position to the next.</param>
/// <param name="HeadStride">Numbers from one head to the next.</param>
/// <param name="AreSummedInPlace">Whether they are float32 and lie as the values do, so that no packed sums are needed.</param>
/// <param name="Locations">[batch, queries, heads, levels, points, 2].</param>
/// <param name="Weights">[batch, queries, heads, levels, points].</param>
internal sealed unsafe record Gradients(
    nint Values, long BatchStride, long PositionStride, long HeadStride, bool AreSummedInPlace, nint Locations, nint Weights)
{
    /// <summary>Whether samples' own gradients are wanted.</summary>
    public bool OfSamples => Locations != 0 || Weights != 0;

    /// <summary>Stores the gradients of eight samples, of which some count.</summary>
    /// <param name="found">The gradients.</param>
    /// <param name="samples">Which count, bit by bit.</param>
    /// <param name="first">Place of the first among all weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(SampleGradients* found, uint samples, long first)
    {
        for (; samples != 0; samples &= samples - 1)
        {
            var lane = BitOperations.TrailingZeroCount(samples);
            if (Weights != 0)
            {
                ((float*)Weights)[first + lane] = found->Weights[lane];
            }

            if (Locations != 0)
            {
                var location = (float*)Locations + (2 * (first + lane));
                (location[0], location[1]) = (found->X[lane], found->Y[lane]);
            }
        }
    }
}
