using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Weights rounded to their upper two bytes, to the nearest, ties to even.</summary>
internal readonly unsafe struct BFloat16Code : IFloatCode
{
    public static int Bytes => sizeof(ushort);

    public static void Encode(ReadOnlySpan<float> weights, byte* row)
    {
        var to = (ushort*)row;
        for (var i = 0; i < weights.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(weights[i]);
            to[i] = float.IsNaN(weights[i]) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode(byte* row, int vector) =>
        (Wide.ToUInt32(Vector256.Load((ushort*)row + (vector * WeightRows.Vector))) << 16).AsSingle();
}
