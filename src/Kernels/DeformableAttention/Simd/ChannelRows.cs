using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Copies of rows of channels, to and from float32. An element is a float, or the bits of a bfloat16 as a ushort.</summary>
internal static unsafe class ChannelRows
{
    /// <summary>Copies a row as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TElement>(TElement* source, float* destination, int count)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            Copy((float*)source, destination, count);
            return;
        }

        var i = 0;
        for (; i <= count - Lanes256.Count; i += Lanes256.Count)
        {
            Lanes256.Load((ushort*)source + i).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)source)[i] << 16);
        }
    }

    /// <summary>Copies a row of floats, rounded to the nearest element, halves to the even one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TElement>(float* source, TElement* destination, int count)
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            Copy(source, (float*)destination, count);
            return;
        }

        var i = 0;
        for (; i <= count - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (low, high) = (Rounded(Vector256.Load(source + i)), Rounded(Vector256.Load(source + i + Lanes256.Count)));
            Vector256.Narrow(low, high).Store((ushort*)destination + i);
        }

        for (; i < count; i++)
        {
            ((ushort*)destination)[i] = (ushort)Rounded(Vector256.Create(source[i])).ToScalar();
        }
    }

    /// <summary>
    /// The same as <see cref="Narrow"/> for a row that nobody reads soon: what lies at its place is not read first, and it does not take the
    /// place of other rows in the caches.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hand<TElement>(float* source, TElement* destination, int count)
        where TElement : unmanaged
    {
        const int Line = 64;
        if (typeof(TElement) != typeof(float) || (nuint)destination % Line != 0 || count % (Line / sizeof(float)) != 0)
        {
            Narrow(source, destination, count);
            return;
        }

        for (var i = 0; i < count; i += Lanes256.Count)
        {
            Vector256.Load(source + i).StoreAlignedNonTemporal((float*)destination + i);
        }
    }

    /// <summary>Copies a row as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<TElement>(TElement* source, TElement* destination, int count)
        where TElement : unmanaged => new ReadOnlySpan<TElement>(source, count).CopyTo(new Span<TElement>(destination, count));

    // The upper half of a float is the bfloat16 below it. Not-a-number stays so: adding could carry it over to infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rounded(Vector256<float> numbers)
    {
        var bits = numbers.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(Vector256.IsNaN(numbers).AsUInt32(), Vector256.Create(0x7FC00000u), rounded) >>> 16;
    }
}
