using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MmiGrains.Kernels.Linear;

/// <summary>The few operations on wide vectors that the portable ones lack; where a processor has none of them, portable ones stand in.</summary>
internal static class Wide
{
    /// <summary>Unsigned 16 bits to 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ToUInt32(Vector256<ushort> halves)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512UInt32(halves);
        }

        var (low, high) = Vector256.Widen(halves);
        return Vector512.Create(low, high);
    }

    /// <summary>Signed 8 bits to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> ToInt16(Vector256<sbyte> bytes)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.ConvertToVector512Int16(bytes);
        }

        var (low, high) = Avx2.IsSupported
            ? (Avx2.ConvertToVector256Int16(bytes.GetLower()), Avx2.ConvertToVector256Int16(bytes.GetUpper()))
            : Vector256.Widen(bytes);
        return Vector512.Create(low, high);
    }

    /// <summary>Signed 16 bits to 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ToInt32(Vector256<short> halves)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(halves);
        }

        var (low, high) = Vector256.Widen(halves);
        return Vector512.Create(low, high);
    }

    /// <summary>a[2i] * b[2i] + a[2i + 1] * b[2i + 1], in 16 bits, which must hold it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyBytePairs(Vector512<byte> a, Vector512<sbyte> b)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(a, b);
        }

        return Vector512.Create(MultiplyBytePairs(a.GetLower(), b.GetLower()), MultiplyBytePairs(a.GetUpper(), b.GetUpper()));
    }

    /// <summary>Stores a square of four by four with rows and columns exchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Transpose(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* to, int stride)
    {
        if (Sse.IsSupported)
        {
            var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d)); // a0 b0 a1 b1, c0 d0 c1 d1
            Sse.MoveLowToHigh(ab, cd).Store(to);
            Sse.MoveHighToLow(cd, ab).Store(to + stride);
            (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
            Sse.MoveLowToHigh(ab, cd).Store(to + (2 * stride));
            Sse.MoveHighToLow(cd, ab).Store(to + (3 * stride));
            return;
        }

        for (var i = 0; i < 4; i++)
        {
            Vector128.Create(a[i], b[i], c[i], d[i]).Store(to + (i * stride));
        }
    }

    /// <summary>a[2i] * b[2i] + a[2i + 1] * b[2i + 1], in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyPairs(Vector512<short> a, Vector512<short> b)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(a, b);
        }

        return Vector512.Create(MultiplyPairs(a.GetLower(), b.GetLower()), MultiplyPairs(a.GetUpper(), b.GetUpper()));
    }

    /// <summary>The same in 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyPairs(Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyAddAdjacent(a, b);
        }

        var (a32, b32) = (a.AsInt32(), b.AsInt32());
        return ((a32 << 16 >> 16) * (b32 << 16 >> 16)) + ((a32 >> 16) * (b32 >> 16));
    }

    /// <summary>The same in 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyBytePairs(Vector256<byte> a, Vector256<sbyte> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyAddAdjacent(a, b);
        }

        var (a16, b16) = (a.AsInt16(), b.AsInt16());
        return ((a16 & Vector256.Create((short)255)) * (b16 << 8 >> 8)) + ((a16 >>> 8) * (b16 >> 8));
    }
}
