using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>ggml's Q8_0: scale = max|w| / 127, code = round(w / scale).</summary>
internal readonly unsafe struct Q8Code : IBlockCode
{
    private const int Step = 2 * WeightRows.GroupBlocks;

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

    // In 16 steps of 32 codes: step s holds codes 2s and 2s + 1 of every block.
    public static void Put(byte* group, int block, int index, int code) => *Place(group, block, index) = (sbyte)code;

    public static int Get(byte* group, int block, int index) => *Place(group, block, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(byte* group, IntegerGroup* x)
    {
        var sum = Vector512<int>.Zero;
        for (var quarter = 0; quarter < 4; quarter++, group += 4 * Step)
        {
            var steps = x->Codes + (quarter * 4 * Step);
            sum += Multiply(group, steps) + Multiply(group + Step, steps + Step)
                + (Multiply(group + (2 * Step), steps + (2 * Step)) + Multiply(group + (3 * Step), steps + (3 * Step)));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<int> X, Vector512<int> Y) Multiply(byte* group, IntegerGroup* x, IntegerGroup* y)
    {
        var (first, second) = (Vector512<int>.Zero, Vector512<int>.Zero);
        for (var step = 0; step < WeightRows.Group; step += Step)
        {
            var codes = Wide.ToInt16(Vector256.Load((sbyte*)group + step));
            first += Wide.MultiplyPairs(codes, Vector512.Load(x->Codes + step));
            second += Wide.MultiplyPairs(codes, Vector512.Load(y->Codes + step));
        }

        return (first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(byte* step, short* x) =>
        Wide.MultiplyPairs(Wide.ToInt16(Vector256.Load((sbyte*)step)), Vector512.Load(x));

    private static sbyte* Place(byte* group, int block, int index) => (sbyte*)group + (index / 2 * Step) + (2 * block) + (index % 2);
}
