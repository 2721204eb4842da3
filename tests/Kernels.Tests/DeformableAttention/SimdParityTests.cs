using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

/// <summary>The fused kernel against the composed one, where the plain loop would take too long.</summary>
public class SimdParityTests
{
    private static readonly SimdDeformableAttention Simd = new();

    private static IDeformableAttention Composed => KernelSet.Composed.DeformableAttention;

    public static TheoryData<int> HeadWidths => [1, 3, 5, 8, 13, 16, 17, 40, 64, 80, 128];

    [Theory]
    [MemberData(nameof(HeadWidths))]
    public void Every_head_width_layout_and_type_agrees(int channels)
    {
        using var scope = NewDisposeScope();
        foreach (var (queries, points, levels) in new[] { (3, 3, "7x5 1x1 1x6 4x1"), (300, 8, "8x8 4x4 2x2") }) // the latter are packed
        {
            var plain = AttentionCase.Draw(2, queries, 3, channels, points, levels);
            foreach (var (layout, arranged) in Layouts(plain))
            {
                var what = $"{channels} channels, {queries} queries, {layout}";
                Same.Tensors(plain.Attend(Composed), arranged.Attend(Simd), 2e-6, what);

                // Half a unit in the last of bfloat16's eight bits, against the same rounded values in float32.
                var rounded = arranged.In(ScalarType.BFloat16);
                var output = rounded.Attend(Simd);
                Assert.Equal(ScalarType.BFloat16, output.dtype);
                Same.Tensors(rounded.In(ScalarType.Float32).Attend(Composed), output, 1.0 / 256, what + ", bfloat16");
            }
        }
    }

    [Theory]
    [MemberData(nameof(HeadWidths))]
    public void Gradients_of_every_head_width_layout_and_type_agree(int channels)
    {
        using var scope = NewDisposeScope();
        foreach (var (queries, points, levels) in new[] { (3, 3, "7x5 1x1 1x6 4x1"), (200, 8, "8x8 4x4 2x2") })
        {
            var plain = AttentionCase.Draw(2, queries, 3, channels, points, levels);
            var gradient = randn(2, queries, 3 * channels);
            var expected = plain.Gradients(Composed, gradient);
            foreach (var (layout, arranged) in Layouts(plain))
            {
                AreSame(expected, arranged.Gradients(Simd, gradient), 1e-5, $"{channels} channels, {queries} queries, {layout}");
            }

            var rounded = plain.In(ScalarType.BFloat16);
            var narrow = gradient.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
            AreSame(
                rounded.In(ScalarType.Float32).Gradients(Composed, narrow), rounded.Gradients(Simd, narrow), 1.0 / 256,
                $"{channels} channels, {queries} queries, bfloat16");
        }
    }

    [Theory]
    [InlineData(8, "40x40 8x8 4x4 40x40 8x8 4x4")]
    [InlineData(4, "40x40 8x8 30x30 4x4 40x40 8x8 30x30 4x4")] // eight samples reach over two levels
    [InlineData(3, "40x40 20x20 8x8 40x40 20x20 8x8")] // and over a part of one
    public void Levels_too_large_for_the_cache_together_agree(int points, string levels)
    {
        using var scope = NewDisposeScope();
        foreach (var queries in new[] { 7, 160 }) // the latter are packed
        {
            var drawn = AttentionCase.Draw(2, queries, 2, 64, points, levels);
            var gradient = randn(2, queries, 128);
            foreach (var visibility in new[] { null, rand(2, queries, 2).gt(0.4) })
            {
                var expected = drawn.Gradients(Composed, gradient, visibility);
                foreach (var (layout, arranged) in Layouts(drawn))
                {
                    AreSame(expected, arranged.Gradients(Simd, gradient, visibility), 1e-5, $"{queries} queries, {layout}");
                }
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var one = new ComputePool(1);
        foreach (var queries in new[] { 5, 700 })
        {
            var drawn = AttentionCase.Draw(2, queries, 3, 16, 8, "16x16 8x8");
            var gradient = randn(2, queries, 48);
            var expected = drawn.Gradients(new SimdDeformableAttention(one), gradient);
            foreach (var threads in new[] { 2, 3 })
            {
                using var pool = new ComputePool(threads);
                foreach (var (result, other) in expected.Zip(drawn.Gradients(new SimdDeformableAttention(pool), gradient)))
                {
                    Same.Exactly(result, other, $"{queries} queries, {threads} threads");
                }
            }
        }
    }

    [Fact]
    public void Only_the_gradients_that_are_needed_are_computed()
    {
        using var scope = NewDisposeScope();
        var drawn = AttentionCase.Draw(1, 9, 2, 8, 4, "6x6 3x3");
        var expected = drawn.Gradients(Simd, ones(1, 9, 16));
        for (var needed = 1; needed < 8; needed++)
        {
            Tensor[] inputs = [drawn.Values.detach(), drawn.Locations.detach(), drawn.Weights.detach()];
            for (var i = 0; i < 3; i++)
            {
                inputs[i].requires_grad = (needed >> i & 1) != 0;
            }

            Simd.Attend(inputs[0], drawn.Levels, inputs[1], inputs[2]).sum().backward();
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(inputs[i].requires_grad, inputs[i].grad is not null);
                if (inputs[i].grad is { } gradient)
                {
                    Same.Exactly(expected[i + 1], gradient, $"input {i} of {needed}");
                }
            }
        }

        using var none = no_grad();
        Assert.False(drawn.Attend(Simd).requires_grad);
    }

    private static (string Layout, AttentionCase Arranged)[] Layouts(AttentionCase plain) =>
        [("plain", plain), ("by head", plain.HeadByHead()), ("gaps", plain.WithGaps()), ("scattered", plain.Scattered())];

    private static void AreSame(Tensor[] expected, Tensor[] actual, double tolerance, string what)
    {
        foreach (var ((name, one), other) in new[] { "output", "values", "locations", "weights" }.Zip(expected).Zip(actual))
        {
            Same.Tensors(one, other, tolerance, $"{what}, {name}");
        }
    }
}
