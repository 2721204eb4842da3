using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Eight floats at a time.</summary>
internal unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load<TElement>(TElement* source)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            return Vector256.Load((float*)source);
        }

        var bits = Vector256.WidenLower(Vector128.Load((ushort*)source).ToVector256Unsafe());
        return (bits << 16).AsSingle();
    }

    // Two bfloat16 share 32 bits: the even one is the lower half, shifted up, and the odd one the upper half, masked.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAddPair<TElement>(
        Vector256<float> factor, TElement* row, ref Vector256<float> even, ref Vector256<float> odd)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            even = Vector256.FusedMultiplyAdd(factor, Vector256.Load((float*)row), even);
            odd = Vector256.FusedMultiplyAdd(factor, Vector256.Load((float*)row + Count), odd);
            return;
        }

        var both = Vector256.Load((uint*)row);
        even = Vector256.FusedMultiplyAdd(factor, (both << 16).AsSingle(), even);
        odd = Vector256.FusedMultiplyAdd(factor, (both & Vector256.Create(0xFFFF0000u)).AsSingle(), odd);
    }

    public static void Store(Vector256<float> vector, float* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddPair<TElement>(Vector256<float> first, Vector256<float> second, float* sums)
        where TElement : unmanaged
    {
        if (typeof(TElement) != typeof(float))
        {
            var (even, odd) = (first.AsUInt32(), second.AsUInt32());
            first = (Vector256.WidenLower(even) | (Vector256.WidenLower(odd) << 32)).AsSingle();
            second = (Vector256.WidenUpper(even) | (Vector256.WidenUpper(odd) << 32)).AsSingle();
        }

        (Vector256.Load(sums) + first).Store(sums);
        (Vector256.Load(sums + Count) + second).Store(sums + Count);
    }

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);

    public static Vector128<float> Fold(Vector256<float> vector) => vector.GetLower() + vector.GetUpper();
}
