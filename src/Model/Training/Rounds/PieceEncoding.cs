using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>Pieces of a vector as bytes: float32, or bfloat16 with what is lost kept for the next time.</summary>
public static class PieceEncoding
{
    /// <summary>The numbers themselves.</summary>
    public static byte[] ToBytes(ReadOnlySpan<float> piece) => MemoryMarshal.AsBytes(piece).ToArray();

    /// <summary>The numbers back.</summary>
    public static float[] ToFloats(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    /// <summary>The numbers, and what was lost before, rounded to bfloat16.</summary>
    /// <param name="piece">The numbers.</param>
    /// <param name="lost">What was lost before; becomes what is lost now.</param>
    public static byte[] ToBFloat16(ReadOnlySpan<float> piece, Span<float> lost)
    {
        var bytes = new byte[piece.Length * sizeof(ushort)];
        var rounded = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
        for (var i = 0; i < piece.Length; i++)
        {
            var wanted = piece[i] + lost[i];
            rounded[i] = Round(wanted);
            lost[i] = wanted - Widen(rounded[i]);
        }

        return bytes;
    }

    /// <summary>Adds a piece to a sum.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="bytes">The piece.</param>
    /// <param name="isBFloat16">What its numbers are.</param>
    public static void Add(Span<float> sum, ReadOnlySpan<byte> bytes, bool isBFloat16)
    {
        if (!isBFloat16)
        {
            TensorPrimitives.Add(sum, MemoryMarshal.Cast<byte, float>(bytes), sum);
            return;
        }

        var values = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += Widen(values[i]);
        }
    }

    private static float Widen(ushort value) => Unsafe.BitCast<uint, float>((uint)value << 16);

    // To the nearest, to the even one of two that are as near.
    private static ushort Round(float value)
    {
        var bits = Unsafe.BitCast<float, uint>(value);
        return float.IsFinite(value) ? (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) : (ushort)(bits >> 16);
    }
}
