using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

/// <summary>Seeded arguments of one call, in float32.</summary>
internal sealed record AttentionCase(Tensor Values, LevelShape[] Levels, Tensor Locations, Tensor Weights)
{
    public static AttentionCase Draw(int batch, int queries, int heads, int channels, int points, string levels, long seed = 1)
    {
        using var generator = new Generator((ulong)seed);
        var shapes = Parse(levels);
        long[] samples = [batch, queries, heads, shapes.Length, points];
        return new AttentionCase(
            randn([batch, shapes.Sum(level => level.PositionCount), heads, channels], generator: generator),
            shapes,
            (rand([.. samples, 2], generator: generator) * 1.4f) - 0.2f,
            rand(samples, generator: generator) - 0.3f);
    }

    public static LevelShape[] Parse(string levels) =>
        [.. levels.Split(' ').Select(level => level.Split('x')).Select(sides => new LevelShape(int.Parse(sides[0]), int.Parse(sides[1])))];

    /// <summary>The same numbers with the heads before the positions in memory.</summary>
    public AttentionCase HeadByHead() => this with { Values = Values.transpose(1, 2).contiguous().transpose(1, 2) };

    /// <summary>The same numbers, locations and weights with gaps between them.</summary>
    public AttentionCase WithGaps() => this with
    {
        Locations = cat([Locations, zeros_like(Locations)], 4).narrow(4, 0, Locations.shape[4]),
        Weights = cat([Weights, zeros_like(Weights)], 4).narrow(4, 0, Weights.shape[4]),
    };

    /// <summary>The same numbers, every one at a place of its own.</summary>
    public AttentionCase Scattered() => this with
    {
        Values = Values.permute(3, 0, 2, 1).contiguous().permute(1, 3, 2, 0),
        Locations = Locations.permute(5, 4, 3, 2, 1, 0).contiguous().permute(5, 4, 3, 2, 1, 0),
        Weights = Weights.permute(4, 3, 2, 1, 0).contiguous().permute(4, 3, 2, 1, 0),
    };

    public AttentionCase In(ScalarType type) => this with { Values = Values.to_type(type) };

    public Tensor Attend(IDeformableAttention kernel, Tensor? visibility = null) =>
        kernel.Attend(Values, Levels, Locations, Weights, visibility);

    /// <summary>The result, and the gradients of values, locations and weights when the result's is given.</summary>
    public Tensor[] Gradients(IDeformableAttention kernel, Tensor outputGradient, Tensor? visibility = null)
    {
        var (values, locations, weights) = (Leaf(Values), Leaf(Locations), Leaf(Weights));
        var output = kernel.Attend(values, Levels, locations, weights, visibility);
        return [output, .. autograd.grad([output], [values, locations, weights], [outputGradient.to_type(output.dtype)])];
    }

    private static Tensor Leaf(Tensor tensor) => tensor.detach().requires_grad_();
}
