using System.Runtime.Intrinsics;
using MmiGrains.Kernels.DeformableAttention.Simd;

namespace MmiGrains.Kernels.MmfsAttention;

/// <summary>Listed corners, weighted and added over any number of channels, with the widest vectors that divide it.</summary>
internal static unsafe class CornerChannels
{
    /// <summary>sums[c] += sum over the corners of weight * rows[offset + c].</summary>
    public static void Add(float* rows, CornerList* list, float* sums, int channels)
    {
        if (Vector512.IsHardwareAccelerated && channels % Vector512<float>.Count == 0)
        {
            CornerSums<Lanes512, Vector512<float>, float>.Add(rows, list, sums, channels);
        }
        else if (channels % Vector256<float>.Count == 0)
        {
            CornerSums<Lanes256, Vector256<float>, float>.Add(rows, list, sums, channels);
        }
        else
        {
            AddOneByOne(rows, list, sums, channels);
        }
    }

    private static void AddOneByOne(float* rows, CornerList* list, float* sums, int channels)
    {
        for (var corner = 0; corner < Corners.PerSample; corner++)
        {
            for (var sample = corner * CornerList.Capacity; sample < (corner * CornerList.Capacity) + list->Count; sample++)
            {
                var (row, weight) = ((nint)(rows + list->Offsets[sample]), list->Weights[sample]);
                for (var channel = 0; channel < channels; channel++)
                {
                    sums[channel] += weight * ((float*)row)[channel];
                }
            }
        }
    }
}
