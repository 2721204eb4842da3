using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Synchronizer = MmiGrains.Model.Mmfs.Mmfs;

namespace MmiGrains.Model.Tests.Mmfs;

/// <summary>The fused look against the one that tensors compose.</summary>
public sealed class FusedTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<int, int, int, string, int> Shapes => new()
    {
        { 1, 1, 16, "4x4", 1 },
        { 4, 3, 20, "8x8 4x4", 3 }, // five channels a head
        { 2, 8, 16, "8x8 4x4 2x2", 2 },
        { 16, 8, 1024, "5x7 1x1", 4 }, // 64 channels a head, levels that are not square, nor what offsets were trained for
        { 3, 5, 120, "1x9 9x1", 6 }, // 15 samples, 40 channels
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_is_what_tensors_compose(int heads, int points, int width, string levels, int images)
    {
        LevelShape[] shapes = [.. levels.Split(' ').Select(level => level.Split('x')).Select(sides => new LevelShape(int.Parse(sides[0]), int.Parse(sides[1])))];
        var config = new MmfsConfig
        {
            QueryWidth = 24,
            FeatureWidth = 12,
            ValueWidth = width,
            Heads = heads,
            Points = points,
            Levels = [.. shapes.Select(shape => shape.Width)],
            BaseLevel = 4,
            MaxImages = 6,
        };
        var (composed, fused) = (new Synchronizer(config, KernelSet.Composed), new Synchronizer(config, KernelSet.For(DeviceType.CPU, ScalarType.Float32)));
        using var quiet = no_grad();
        foreach (var ((a, b), i) in composed.parameters().Zip(fused.parameters()).Select((pair, i) => (pair, i)))
        {
            a.copy_(Near.Normal(i, a.shape) * 0.4);
            b.copy_(a);
        }

        const int Rows = 2, Queries = 70;
        var query = Near.Normal(100, Rows, Queries, 24);
        var reference = rand([1, Queries, 1, 2], generator: new Generator(5));
        var features = Near.Normal(200, Rows, images, shapes.Sum(shape => shape.PositionCount), 12);
        var visibility = (rand([Rows, Queries, images], generator: new Generator(6)) < 0.6).to_type(ScalarType.Int64); // some see nothing

        var expected = composed.Attend(query, reference, composed.Project(features, shapes), visibility);
        Near.Equal(expected, fused.Attend(query, reference, fused.Project(features, shapes), visibility), 2e-5);

        // Hidden images are not even read.
        var spoilt = fused.Project(features, shapes);
        var hidden = visibility.sum([1]).eq(0).unsqueeze(-1).unsqueeze(-1).unsqueeze(-1);
        Near.Equal(expected, fused.Attend(query, reference, spoilt with { Values = spoilt.Values.masked_fill(hidden, double.NaN) }, visibility), 2e-5, "with NaN in images that nobody sees");
    }

    public void Dispose() => _scope.Dispose();
}
