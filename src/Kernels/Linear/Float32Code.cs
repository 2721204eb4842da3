using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Weights as they are.</summary>
internal readonly unsafe struct Float32Code : IFloatCode
{
    public static int Bytes => sizeof(float);

    public static void Encode(ReadOnlySpan<float> weights, byte* row) => weights.CopyTo(new Span<float>(row, weights.Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode(byte* row, int vector) => Vector512.Load((float*)row + (vector * WeightRows.Vector));
}
