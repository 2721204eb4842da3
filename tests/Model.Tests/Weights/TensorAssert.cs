using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

internal static class TensorAssert
{
    /// <summary>Same type, shape and bits; NaN equals itself.</summary>
    public static void Same(Tensor expected, Tensor actual, string name)
    {
        Assert.True(expected.dtype == actual.dtype, $"{name}: {expected.dtype} expected, {actual.dtype} found");
        Assert.True(expected.shape.SequenceEqual(actual.shape), $"{name}: [{string.Join(", ", expected.shape)}] expected, [{string.Join(", ", actual.shape)}] found");
        Assert.True(actual.is_contiguous(), $"{name}: not contiguous");
        var wanted = expected.contiguous().bytes;
        var found = actual.bytes;
        var same = wanted.CommonPrefixLength(found);
        Assert.True(same == wanted.Length && same == found.Length, $"{name}: bytes differ from {same} of {wanted.Length} on");
    }
}
