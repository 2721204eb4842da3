using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// 512 numbers of input as block codes meet them: 16-bit integers in 16 steps, step s with numbers 2s and 2s + 1 of each of 16 blocks, and
/// a scale for each block. Sixteen bits err by 1.5e-5 of a block's largest number, a hundredth of what 8-bit weights do.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerGroup
{
    public fixed short Codes[WeightRows.Group];
    public Vector512<float> Scale;

    /// <summary>-8 times the sum of each block: what 4-bit codes, whose zero is 8, add too much.</summary>
    public Vector512<int> Excess;

    private const int ExcessPerCode = 8;

    public short* Steps => (short*)Unsafe.AsPointer(ref this);

    /// <summary>Takes in numbers.</summary>
    /// <param name="numbers">[512].</param>
    public void Set(float* numbers)
    {
        float* scales = stackalloc float[WeightRows.GroupBlocks];
        int* excess = stackalloc int[WeightRows.GroupBlocks], pairs = stackalloc int[WeightRows.GroupBlocks];
        var steps = (int*)Steps;
        for (var block = 0; block < WeightRows.GroupBlocks; block++, numbers += WeightRows.Block)
        {
            var (a, b) = (Vector512.Load(numbers), Vector512.Load(numbers + WeightRows.Vector));
            var largest = Largest(Vector512.Max(Vector512.Abs(a), Vector512.Abs(b)));
            var inverse = largest > 0 ? short.MaxValue / largest : 0;
            var (low, high) = (Round(a * inverse), Round(b * inverse));
            Vector512.Narrow(low, high).Store((short*)pairs);
            scales[block] = largest / short.MaxValue;
            excess[block] = -ExcessPerCode * Vector512.Sum(low + high);
            for (var step = 0; step < WeightRows.Block / 2; step++)
            {
                steps[(step * WeightRows.GroupBlocks) + block] = pairs[step];
            }
        }

        Scale = Vector512.Load(scales);
        Excess = Vector512.Load(excess);
    }

    private static float Largest(Vector512<float> magnitudes)
    {
        var halves = Vector256.Max(magnitudes.GetLower(), magnitudes.GetUpper());
        var quarters = Vector128.Max(halves.GetLower(), halves.GetUpper());
        return float.Max(float.Max(quarters[0], quarters[1]), float.Max(quarters[2], quarters[3]));
    }

    private static Vector512<int> Round(Vector512<float> x) => Vector512.ConvertToInt32(Vector512.Round(x));
}
