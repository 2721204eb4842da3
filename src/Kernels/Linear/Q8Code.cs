using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>ggml's Q8_0: scale = max|w| / 127, code = round(w / scale).</summary>
internal readonly unsafe struct Q8Code : IBlockCode
{
    public static int Zero => 0;

    public static int GroupBytes => WeightRows.Group;

    public static float Quantise(ReadOnlySpan<float> weights, Span<int> codes)
    {
        var largest = 0f;
        foreach (var weight in weights)
        {
            largest = float.Max(largest, float.Abs(weight));
        }

        var scale = largest / sbyte.MaxValue;
        var inverse = scale == 0 ? 0 : 1 / scale;
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)float.Round(weights[i] * inverse, MidpointRounding.AwayFromZero);
        }

        return scale;
    }

    public static void Put(byte* group, int block, int index, int code) =>
        ((sbyte*)group)[(index / 2 * WeightRows.Block) + (2 * block) + (index % 2)] = (sbyte)code;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Decode(byte* group, int quarter, int step) =>
        Wide.ToInt16(Vector256.Load((sbyte*)group + (((4 * quarter) + step) * WeightRows.Block)));
}
