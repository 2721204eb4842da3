using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// 512 numbers of input as block codes meet them: 16-bit integers with a scale for each of 16 blocks of 32. Sixteen bits err by 1.5e-5 of a
/// block's largest number, a hundredth of what 8-bit weights do.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerGroup
{
    /// <summary>The integers in 16 steps: step s holds numbers 2s and 2s + 1 of every block.</summary>
    public fixed short Codes[WeightRows.Group];

    /// <summary>Their upper bytes, rounded, in 8 steps: step s holds numbers 4s to 4s + 3 of every block.</summary>
    public fixed sbyte High[WeightRows.Group];

    /// <summary>What is left of them: integer = 256 * high + low.</summary>
    public fixed sbyte Low[WeightRows.Group];

    /// <summary>The blocks' scales.</summary>
    public Vector512<float> Scale;

    /// <summary>-8 times the sum of each block: what 4-bit codes, whose zero is 8, add too much.</summary>
    public Vector512<int> Excess;

    private const int Largest = (127 * 256) + 127; // whose upper byte is still a byte
    private const int ExcessPerCode = 8;

    /// <summary>Takes in numbers.</summary>
    /// <param name="group">The group.</param>
    /// <param name="numbers">[512].</param>
    public static void Set(IntegerGroup* group, float* numbers)
    {
        int* integers = stackalloc int[WeightRows.Block / 2], high = stackalloc int[WeightRows.Block / 4], low = stackalloc int[WeightRows.Block / 4];
        for (var block = 0; block < WeightRows.GroupBlocks; block++, numbers += WeightRows.Block)
        {
            var (a, b) = (Vector512.Load(numbers), Vector512.Load(numbers + WeightRows.Vector));
            var largest = LargestOf(Vector512.Max(Vector512.Abs(a), Vector512.Abs(b)));
            var inverse = largest > 0 ? Largest / largest : 0;
            var (first, second) = (Round(a * inverse), Round(b * inverse));
            var both = Vector512.Narrow(first, second);
            var upper = (both + Vector512.Create((short)128)) >> 8;
            var lower = both - (upper << 8);
            both.Store((short*)integers);
            Vector256.Narrow(upper.GetLower(), upper.GetUpper()).Store((sbyte*)high);
            Vector256.Narrow(lower.GetLower(), lower.GetUpper()).Store((sbyte*)low);

            ((float*)&group->Scale)[block] = largest / Largest;
            ((int*)&group->Excess)[block] = -ExcessPerCode * Vector512.Sum(first + second);
            Spread(integers, (int*)group->Codes + block, WeightRows.Block / 2);
            Spread(high, (int*)group->High + block, WeightRows.Block / 4);
            Spread(low, (int*)group->Low + block, WeightRows.Block / 4);
        }
    }

    private static void Spread(int* from, int* to, int count)
    {
        for (var step = 0; step < count; step++)
        {
            to[step * WeightRows.GroupBlocks] = from[step];
        }
    }

    private static float LargestOf(Vector512<float> magnitudes)
    {
        var halves = Vector256.Max(magnitudes.GetLower(), magnitudes.GetUpper());
        var quarters = Vector128.Max(halves.GetLower(), halves.GetUpper());
        return float.Max(float.Max(quarters[0], quarters[1]), float.Max(quarters[2], quarters[3]));
    }

    private static Vector512<int> Round(Vector512<float> x) => Vector512.ConvertToInt32(Vector512.Round(x));
}
