using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

public class AttendTests
{
    public static TheoryData<int, int, int, int, int, string> Shapes => new()
    {
        { 1, 1, 1, 1, 1, "1x1" },
        { 1, 1, 1, 4, 1, "5x5" },
        { 2, 7, 3, 5, 4, "4x6 3x2" },
        { 3, 1, 2, 7, 8, "8x8 4x4 2x2 1x1" },
        { 1, 20, 4, 3, 2, "1x9 9x1" },
        { 2, 5, 16, 4, 8, "6x6 3x3" },
        { 1, 33, 2, 13, 3, "7x5 2x11 1x1" },
    };

    public static TheoryData<string> Kernels => [.. KernelSet.DeformableAttentions.All.Select(kernel => kernel.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_kernel_answers_as_the_plain_loop(int batch, int queries, int heads, int channels, int points, string levels)
    {
        var loop = new PlainLoop(batch, queries, heads, channels, points, AttentionCase.Parse(levels));
        var random = new Random(Seed: heads + (100 * queries));
        var values = Numbers(loop.ValueShape, () => Normal(random));
        var weights = Numbers(loop.WeightShape, random.NextDouble);
        var locations = Numbers(loop.LocationShape, () => Location(random));
        var expected = loop.Attend(values, locations, weights);

        foreach (var kernel in KernelSet.DeformableAttentions.All)
        {
            foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 2e-5) })
            {
                if (!kernel.Supports(DeviceType.CPU, type))
                {
                    continue;
                }

                using var scope = NewDisposeScope();
                var output = kernel.Attend(
                    tensor(values, loop.ValueShape, dtype: type), loop.Levels, tensor(locations, loop.LocationShape, dtype: type),
                    tensor(weights, loop.WeightShape, dtype: type));
                Assert.Equal([batch, queries, heads * channels], output.shape);
                Same.Numbers(expected, output, tolerance, $"{kernel.Name}, {type}");
            }
        }
    }

    [Fact]
    public void What_lies_outside_a_level_is_zero_and_its_edge_fades_over_half_a_position()
    {
        using var scope = NewDisposeScope();
        var values = ones(1, 4, 1, 1, dtype: ScalarType.Float64);
        double At(double x, double y) => KernelSet.Composed.DeformableAttention.Attend(
            values, [LevelShape.Square(2)], tensor(new[] { x, y }, [1, 1, 1, 1, 1, 2]), ones([1, 1, 1, 1, 1], dtype: ScalarType.Float64)).item<double>();

        Assert.Equal(1, At(0.5, 0.5), 1e-12);
        Assert.Equal(1, At(0.25, 0.75), 1e-12);
        Assert.Equal(0.5, At(0, 0.5), 1e-12);
        Assert.Equal(0.25, At(1, 1), 1e-12);
        Assert.Equal(0, At(-0.25, 0.5), 1e-12);
        Assert.Equal(0, At(7, -40), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        var kernel = KernelSet.DeformableAttentions.All.Single(one => one.Name == name);
        var loop = new PlainLoop(2, 3, 2, 3, 2, AttentionCase.Parse("4x3 2x5"));
        var random = new Random(Seed: 11);
        var values = Numbers(loop.ValueShape, () => Normal(random));
        var weights = Numbers(loop.WeightShape, random.NextDouble);
        var locations = AwayFromKinks(loop, random);
        var direction = Numbers([2, 3, 6], () => Normal(random));
        double Loss() => loop.Attend(values, locations, weights).Zip(direction, (output, share) => output * share).Sum();

        using var scope = NewDisposeScope();
        var type = kernel.Supports(DeviceType.CPU, ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
        var v = tensor(values, loop.ValueShape, dtype: type).requires_grad_();
        var l = tensor(locations, loop.LocationShape, dtype: type).requires_grad_();
        var w = tensor(weights, loop.WeightShape, dtype: type).requires_grad_();
        (kernel.Attend(v, loop.Levels, l, w) * tensor(direction, [2, 3, 6], dtype: type)).sum().backward();

        var tolerance = type == ScalarType.Float64 ? 1e-7 : 1e-4;
        Same.Numbers(Differences(values, Loss), v.grad!, tolerance, "values");
        Same.Numbers(Differences(locations, Loss), l.grad!, tolerance, "locations");
        Same.Numbers(Differences(weights, Loss), w.grad!, tolerance, "weights");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void The_chosen_kernel_supports_what_it_was_chosen_for(ScalarType type)
    {
        Assert.True(KernelSet.For(DeviceType.CPU, type).DeformableAttention.Supports(DeviceType.CPU, type));
        Assert.Same(KernelSet.DeformableAttentions.All[^1], KernelSet.Composed.DeformableAttention);
    }

    private static double[] Numbers(long[] shape, Func<double> next) => [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => next())];

    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;

    // Mostly inside, some outside, some on a border.
    private static double Location(Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => 1,
        2 => (random.NextDouble() * 6) - 3,
        _ => random.NextDouble(),
    };

    // A tenth of a position or more away from where bilinear interpolation changes cells.
    private static double[] AwayFromKinks(PlainLoop loop, Random random)
    {
        var locations = new double[loop.LocationShape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < locations.Length; i++)
        {
            var level = loop.Levels[i / 2 / loop.Points % loop.Levels.Length];
            var side = i % 2 == 0 ? level.Width : level.Height;
            locations[i] = (random.Next(-2, side + 1) + 0.1 + (0.8 * random.NextDouble()) + 0.5) / side;
        }

        return locations;
    }

    private static double[] Differences(double[] numbers, Func<double> loss)
    {
        const double Step = 1e-5;
        return [.. Enumerable.Range(0, numbers.Length).Select(i =>
        {
            var here = numbers[i];
            numbers[i] = here + Step;
            var above = loss();
            numbers[i] = here - Step;
            var below = loss();
            numbers[i] = here;
            return (above - below) / (2 * Step);
        })];
    }
}
