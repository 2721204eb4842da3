using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Tensors;

/// <summary>Compares tensors by their largest difference, relative to the largest value where that is above 1.</summary>
internal static class Near
{
    public static double Distance(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() == 0)
        {
            return 0;
        }

        var (wanted, found) = (expected.detach().to_type(ScalarType.Float64), actual.detach().to_type(ScalarType.Float64));
        return (wanted - found).abs().max().item<double>() / Math.Max(1, wanted.abs().max().item<double>());
    }

    public static void Equal(Tensor expected, Tensor actual, double tolerance, string what = "the tensor")
    {
        // Written so that NaN fails.
        var distance = Distance(expected, actual);
        Assert.True(distance <= tolerance, $"{what} differs by {distance:g3}; {tolerance:g3} is allowed");
    }

    public static void Differs(Tensor one, Tensor other, double least, string what = "the tensor")
    {
        var distance = Distance(one, other);
        Assert.True(distance >= least, $"{what} differs by {distance:g3} only; at least {least:g3} was expected");
    }

    /// <summary>Standard normal numbers of a seed, whatever else draws meanwhile.</summary>
    public static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }
}
