using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

/// <summary>Comparisons that say where two results differ most, by how much, and both numbers.</summary>
internal static class Same
{
    /// <summary>Within a share of the largest number, or of 1.</summary>
    public static void Numbers(double[] expected, Tensor actual, double tolerance, string what)
    {
        var found = actual.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, found.Length);
        if (expected.Length > 0)
        {
            var worst = Enumerable.Range(0, expected.Length)
                .MaxBy(i => double.IsFinite(found[i]) ? Math.Abs(expected[i] - found[i]) : double.PositiveInfinity);
            Assert.True(
                Math.Abs(expected[worst] - found[worst]) <= tolerance * Math.Max(1, expected.Max(Math.Abs)),
                $"{what}: element {worst} is {found[worst]}, and should be {expected[worst]}");
        }
    }

    /// <summary>Of the same shape, and within a share of the largest number, or of 1.</summary>
    public static void Tensors(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        Numbers(expected.to_type(ScalarType.Float64).contiguous().data<double>().ToArray(), actual, tolerance, what);
    }

    /// <summary>Bit by bit.</summary>
    public static void Exactly(Tensor expected, Tensor actual, string what) =>
        Assert.True(expected.eq(actual).all().item<bool>(), what);
}
