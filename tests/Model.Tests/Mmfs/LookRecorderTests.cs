using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Synchronizer = MmiGrains.Model.Mmfs.Mmfs;

namespace MmiGrains.Model.Tests.Mmfs;

/// <summary>What is written down of a look against what the composed attention is really given.</summary>
public sealed class LookRecorderTests : IDisposable
{
    private const int Queries = 6, Images = 3, Heads = 4, Points = 3;
    private static readonly LevelShape[] Levels = [LevelShape.Square(8), LevelShape.Square(4)];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _quiet = no_grad();
    private readonly Listening _listening = new(KernelSet.Composed.DeformableAttention);
    private readonly Synchronizer _mmfs;
    private readonly Tensor _query = Near.Normal(1, 2, Queries, 24);
    private readonly Tensor _reference = rand([1, Queries, 1, 2], generator: new Generator(5));
    private readonly MmfsValues _values;

    public LookRecorderTests()
    {
        _mmfs = new Synchronizer(
            new MmfsConfig { QueryWidth = 24, FeatureWidth = 12, ValueWidth = 16, Heads = Heads, Points = Points, Levels = [8, 4], BaseLevel = 4, MaxImages = 6 },
            new KernelSet(_listening));
        foreach (var (parameter, i) in _mmfs.parameters().Select((parameter, i) => (parameter, i)))
        {
            parameter.copy_(Near.Normal(100 + i, parameter.shape) * 0.4);
        }

        _values = _mmfs.Project(Near.Normal(2, 2, Images, 80, 12), Levels);
    }

    [Fact]
    public void Points_and_shares_are_those_that_the_attention_is_given()
    {
        var recorder = new LookRecorder();
        _mmfs.Attend(_query, _reference, _values, Mask(1, 0, 1), [null, recorder]);
        var look = recorder.Finish();
        Assert.Equal([0, 2], look.Images.Select(image => image.Image));
        Assert.Equal([8, 4], look.Levels);
        Assert.Equal(1, look.Images.Sum(image => image.Share) + look.Nothing + look.Outside, 1e-4);

        // [queries, heads, images * levels, points]: of the second row, averaged over queries and heads.
        var (x, y) = (_listening.Locations![1].select(-1, 0), _listening.Locations[1].select(-1, 1));
        var inside = ((x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)).to_type(ScalarType.Float32);
        var weights = _listening.Weights![1] / (Queries * Heads);
        foreach (var image in look.Images)
        {
            var mine = (weights * inside).narrow(2, image.Image * Levels.Length, Levels.Length);
            Assert.Equal(mine.sum().item<float>(), image.Share, 1e-5);
            for (var level = 0; level < Levels.Length; level++)
            {
                var of = mine.select(2, level);
                var points = image.Points.Where(point => point.Level == level).ToArray();
                Assert.Equal(of.sum().item<float>(), points.Sum(point => point.Weight), 1e-5);
                Assert.Equal((of * x.select(2, (image.Image * Levels.Length) + level)).sum().item<float>(), points.Sum(point => point.Weight * point.X), 1e-4);
                Assert.Equal((of * y.select(2, (image.Image * Levels.Length) + level)).sum().item<float>(), points.Sum(point => point.Weight * point.Y), 1e-4);
            }
        }
    }

    [Fact]
    public void The_fused_look_is_written_down_alike()
    {
        var fused = new Synchronizer(
            new MmfsConfig { QueryWidth = 24, FeatureWidth = 12, ValueWidth = 16, Heads = Heads, Points = Points, Levels = [8, 4], BaseLevel = 4, MaxImages = 6 },
            KernelSet.For(DeviceType.CPU, ScalarType.Float32));
        foreach (var (from, to) in _mmfs.parameters().Zip(fused.parameters()))
        {
            to.copy_(from);
        }

        var (composed, other) = (new LookRecorder(), new LookRecorder());
        _mmfs.Attend(_query, _reference, _values, Mask(1, 1, 1), [composed, null]);
        fused.Attend(_query, _reference, _values, Mask(1, 1, 1), [other, null]);
        Assert.Equal(composed.Finish().Images.Select(image => image.Share), other.Finish().Images.Select(image => image.Share));
    }

    [Fact]
    public void Of_a_place_only_the_nearest_query_is_written_down()
    {
        var point = (_reference[0, 4, 0, 0].item<float>() + 0.001f, _reference[0, 4, 0, 1].item<float>());
        var (placed, alone) = (new LookRecorder(point), new LookRecorder());
        _mmfs.Attend(_query, _reference, _values, Mask(1, 1, 1), [placed, null]);
        _mmfs.Attend(_query.narrow(1, 4, 1), _reference.narrow(1, 4, 1), _values, Mask(1, 1, 1), [alone, null]);
        foreach (var (expected, actual) in alone.Finish().Images.Zip(placed.Finish().Images))
        {
            Assert.Equal(expected.Share, actual.Share, 1e-5);
        }

        Assert.True(placed.Finish().Images.Sum(image => image.Points.Count) <= Images * Levels.Length * Points * Heads);
    }

    [Fact]
    public void Who_sees_nothing_looks_at_nothing()
    {
        var recorder = new LookRecorder();
        _mmfs.Attend(_query, _reference, _values, Mask(0, 0, 0), [recorder, null]);
        Assert.Equal((0, 1f, 0f), (recorder.Finish().Images.Count, recorder.Finish().Nothing, recorder.Finish().Outside));
    }

    public void Dispose()
    {
        _mmfs.Dispose();
        _quiet.Dispose();
        _scope.Dispose();
    }

    private static Tensor Mask(params long[] images) => tensor(images).view(1, 1, -1).expand(2, Queries, -1);

    private sealed class Listening(IDeformableAttention inner) : IDeformableAttention
    {
        public string Name => inner.Name;

        public Tensor? Locations { get; private set; }

        public Tensor? Weights { get; private set; }

        public bool Supports(DeviceType device, ScalarType type) => inner.Supports(device, type);

        public Tensor Attend(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility = null)
        {
            (Locations, Weights) = (locations.alias(), weights.alias());
            return inner.Attend(values, levels, locations, weights, visibility);
        }
    }
}
