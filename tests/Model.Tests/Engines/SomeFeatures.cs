using MmiGrains.Model.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>Small features without a model.</summary>
internal static class SomeFeatures
{
    /// <summary>Visual tokens [1, 2, side] and levels of side x side and half of it, filled from a seed.</summary>
    public static ImageFeatures Create(int seed, int side = 4, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        Tensor Random(params long[] shape) => randn(shape, generator: generator).to_type(type).DetachFromDisposeScope();
        return new ImageFeatures(Random(1, 2, side), new([Random(1, 3, side, side), Random(1, 3, side / 2, side / 2)]));
    }

    /// <summary>Bytes of such features.</summary>
    public static long ByteCount(int side = 4, int elementSize = 4) => elementSize * ((2 * side) + (3 * side * side) + (3 * (side / 2) * (side / 2)));

    /// <summary>All tensors.</summary>
    public static IEnumerable<Tensor> Tensors(ImageFeatures features) => features.Pyramid.Levels.Prepend(features.VisualTokens);

    /// <summary>Whether its tensors were freed.</summary>
    public static bool IsFreed(ImageFeatures features) => Tensors(features).All(tensor => tensor.IsInvalid);
}
