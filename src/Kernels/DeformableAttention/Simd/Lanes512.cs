using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Sixteen floats at a time.</summary>
internal unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TElement>(TElement* source)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            return Vector512.Load((float*)source);
        }

        var bits = Vector512.WidenLower(Vector256.Load((ushort*)source).ToVector512Unsafe());
        return (bits << 16).AsSingle();
    }

    // Two bfloat16 share 32 bits: the even one is the lower half, shifted up, and the odd one the upper half, masked.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAddPair<TElement>(
        Vector512<float> factor, TElement* row, ref Vector512<float> even, ref Vector512<float> odd)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            even = Vector512.FusedMultiplyAdd(factor, Vector512.Load((float*)row), even);
            odd = Vector512.FusedMultiplyAdd(factor, Vector512.Load((float*)row + Count), odd);
            return;
        }

        var both = Vector512.Load((uint*)row);
        even = Vector512.FusedMultiplyAdd(factor, (both << 16).AsSingle(), even);
        odd = Vector512.FusedMultiplyAdd(factor, (both & Vector512.Create(0xFFFF0000u)).AsSingle(), odd);
    }

    public static void Store(Vector512<float> vector, float* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddPair<TElement>(Vector512<float> first, Vector512<float> second, float* sums)
        where TElement : unmanaged
    {
        if (typeof(TElement) != typeof(float))
        {
            var (even, odd) = (first.AsUInt32(), second.AsUInt32());
            first = (Vector512.WidenLower(even) | (Vector512.WidenLower(odd) << 32)).AsSingle();
            second = (Vector512.WidenUpper(even) | (Vector512.WidenUpper(odd) << 32)).AsSingle();
        }

        (Vector512.Load(sums) + first).Store(sums);
        (Vector512.Load(sums + Count) + second).Store(sums + Count);
    }

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    public static Vector128<float> Fold(Vector512<float> vector) => Lanes256.Fold(vector.GetLower() + vector.GetUpper());
}
