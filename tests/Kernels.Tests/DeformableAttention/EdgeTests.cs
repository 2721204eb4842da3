using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

/// <summary>Locations that no image holds, kinks, and groups of levels that a query may not see.</summary>
public class EdgeTests
{
    private static readonly SimdDeformableAttention Simd = new();

    private static IDeformableAttention Composed => KernelSet.Composed.DeformableAttention;

    public static TheoryData<string> Kernels => AttendTests.Kernels;

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(-1e30f)]
    [InlineData(3e9f)]
    public void Locations_beyond_any_image_count_nothing_and_get_no_gradient(float beyond)
    {
        using var scope = NewDisposeScope();
        var drawn = AttentionCase.Draw(1, 6, 2, 16, 8, "5x5 1x1 1x3");
        var without = drawn with { Weights = drawn.Weights.clone() };
        _ = without.Weights.select(4, 3).zero_();
        for (var axis = 0; axis < 2; axis++)
        {
            var with = drawn with { Locations = drawn.Locations.clone() };
            _ = with.Locations.select(4, 3).select(4, axis).fill_(beyond);
            Same.Exactly(without.Attend(Simd), with.Attend(Simd), $"axis {axis}");

            var gradients = with.Gradients(Simd, ones(1, 6, 32));
            Assert.Equal(0, gradients[2].select(4, 3).abs().sum().item<float>());
            Assert.Equal(0, gradients[3].select(4, 3).abs().sum().item<float>());
            Assert.True(gradients.All(gradient => gradient.isfinite().all().item<bool>()));
        }
    }

    [Fact]
    public void Gradients_at_kinks_take_the_side_that_grid_sampling_takes()
    {
        using var scope = NewDisposeScope();
        foreach (var levels in new[] { "4x8", "1x4", "2x1", "1x1" })
        {
            // Every half position from one before the level to one after it, along both axes.
            var level = AttentionCase.Parse(levels)[0];
            var (across, down) = ((4 * level.Width) + 9, (4 * level.Height) + 9);
            var x = (((arange(across, dtype: ScalarType.Float32) - 4) * 0.25f) / level.Width).view(1, across).expand(down, across);
            var y = (((arange(down, dtype: ScalarType.Float32) - 4) * 0.25f) / level.Height).view(down, 1).expand(down, across);
            var locations = stack([x, y], -1).reshape(1, across * down, 1, 1, 1, 2);
            var drawn = AttentionCase.Draw(1, across * down, 1, 8, 1, levels) with { Locations = locations };
            var gradient = randn(1, across * down, 8);
            foreach (var (one, other) in drawn.Gradients(Composed, gradient).Zip(drawn.Gradients(Simd, gradient)))
            {
                Same.Tensors(one, other, 1e-5, levels);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Hidden_groups_give_nothing_and_get_no_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var kernel = KernelSet.DeformableAttentions.All.Single(one => one.Name == name);
        foreach (var points in new[] { 3, 4 })
        {
            var drawn = AttentionCase.Draw(2, 40, 2, 16, points, "4x4 2x2 4x4 2x2 4x4 2x2");
            var visibility = randint(0, 2, [2, 40, 3]);
            _ = visibility.narrow(1, 0, 1).zero_();
            _ = visibility.narrow(1, 1, 1).fill_(7);
            var hidden = visibility.eq(0).repeat_interleave(2, 2).view(2, 40, 1, 6, 1);

            // Whatever hidden weights are, zeros give the same.
            var masked = drawn with { Weights = drawn.Weights.masked_fill(hidden, 0) };
            var wild = drawn with { Weights = drawn.Weights.masked_fill(hidden, float.NaN) };
            var gradient = randn(2, 40, 32);
            var (expected, actual) = (masked.Gradients(Composed, gradient), wild.Gradients(kernel, gradient, visibility));
            for (var i = 0; i < 3; i++)
            {
                Same.Tensors(expected[i], actual[i], 1e-5, $"{points} points, {i}");
            }

            Same.Tensors(expected[3].masked_fill(hidden, 0), actual[3], 1e-5, "weights");
            Assert.Equal(0, actual[0].select(1, 0).abs().sum().item<float>());
            Assert.Equal(0, actual[2].masked_fill(~hidden.unsqueeze(5), 0).abs().sum().item<float>());
            Assert.Equal(0, actual[3].masked_fill(~hidden, 0).abs().sum().item<float>());
            Same.Tensors(drawn.Attend(kernel), drawn.Attend(kernel, ones(2, 40, 3)), 1e-6, "all visible");
        }
    }

    [Fact]
    public void Hidden_values_are_not_read()
    {
        using var scope = NewDisposeScope();
        foreach (var queries in new[] { 2, 400 })
        {
            var drawn = AttentionCase.Draw(1, queries, 2, 16, 8, "4x4 4x4");
            var seen = drawn.Values.narrow(1, 0, 16);
            var broken = drawn with { Values = cat([seen, full_like(seen, float.NaN)], 1) };
            var visibility = tensor(new[] { 1, 0 }).expand(1, queries, 2);
            Same.Exactly(drawn.Attend(Simd, visibility), broken.Attend(Simd, visibility), $"{queries} queries");
        }
    }
}
