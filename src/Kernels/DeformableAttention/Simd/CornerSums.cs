using System.Runtime.CompilerServices;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// <code>sums[:] += sum over corners of weight[corner] * rows[offset[corner] + :]</code>
/// with the sums, float32, in registers.
/// </summary>
internal static unsafe class CornerSums<TLanes, TVector, TElement>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Sets the sums to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(float* sums, int channels)
    {
        for (var channel = 0; channel < channels; channel += TLanes.Count)
        {
            TLanes.Store(default, sums + channel);
        }
    }

    /// <summary>Adds the corners of a list.</summary>
    /// <param name="rows">A head's rows of values.</param>
    /// <param name="list">Which to add, and with what weight.</param>
    /// <param name="sums">Where to.</param>
    /// <param name="channels">A multiple of the lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(TElement* rows, CornerList* list, float* sums, int channels)
    {
        var channel = 0;
        for (; channel <= channels - (4 * TLanes.Count); channel += 4 * TLanes.Count)
        {
            AddFour(rows + channel, list, sums + channel);
        }

        for (; channel < channels; channel += TLanes.Count)
        {
            AddOne(rows + channel, list, sums + channel);
        }
    }

    // Two sets of four sums: a multiply-add waits four cycles for the one before it, and two can start in each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(TElement* rows, CornerList* list, float* sums)
    {
        TVector a0 = default, a1 = default, a2 = default, a3 = default;
        TVector b0 = default, b1 = default, b2 = default, b3 = default;
        var end = list->Offsets + list->Count;
        for (var next = list->Offsets; next < end; next++)
        {
            AddCornerToFour(rows, next, 0, ref a0, ref a1, ref a2, ref a3);
            AddCornerToFour(rows, next, 1, ref b0, ref b1, ref b2, ref b3);
            AddCornerToFour(rows, next, 2, ref a0, ref a1, ref a2, ref a3);
            AddCornerToFour(rows, next, 3, ref b0, ref b1, ref b2, ref b3);
        }

        TLanes.AddPair<TElement>(TLanes.Add(a0, b0), TLanes.Add(a1, b1), sums);
        TLanes.AddPair<TElement>(TLanes.Add(a2, b2), TLanes.Add(a3, b3), sums + (2 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCornerToFour(
        TElement* rows, int* next, int corner, ref TVector sum0, ref TVector sum1, ref TVector sum2, ref TVector sum3)
    {
        var row = rows + next[corner * CornerList.Capacity];
        var weight = TLanes.Broadcast(((float*)next)[CornerList.ToWeights + (corner * CornerList.Capacity)]);
        TLanes.MultiplyAddPair(weight, row, ref sum0, ref sum1);
        TLanes.MultiplyAddPair(weight, row + (2 * TLanes.Count), ref sum2, ref sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOne(TElement* rows, CornerList* list, float* sums)
    {
        TVector a = default, b = default, c = default, d = default;
        var end = list->Offsets + list->Count;
        for (var next = list->Offsets; next < end; next++)
        {
            AddCorner(rows, next, 0, ref a);
            AddCorner(rows, next, 1, ref b);
            AddCorner(rows, next, 2, ref c);
            AddCorner(rows, next, 3, ref d);
        }

        TLanes.Store(TLanes.Add(TLanes.Load(sums), TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d))), sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCorner(TElement* rows, int* next, int corner, ref TVector sum) => sum = TLanes.MultiplyAdd(
        TLanes.Broadcast(((float*)next)[CornerList.ToWeights + (corner * CornerList.Capacity)]),
        TLanes.Load(rows + next[corner * CornerList.Capacity]), sum);
}
