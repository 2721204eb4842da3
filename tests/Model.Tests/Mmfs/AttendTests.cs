using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Synchronizer = MmiGrains.Model.Mmfs.Mmfs;

namespace MmiGrains.Model.Tests.Mmfs;

public sealed class AttendTests : IDisposable
{
    private const int Queries = 5, Positions = 64 + 16, Width = 12;
    private static readonly LevelShape[] Levels = [LevelShape.Square(8), LevelShape.Square(4)];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Synchronizer _mmfs;
    private readonly Tensor _query = Near.Normal(1, 2, Queries, 24);
    private readonly Tensor _features = Near.Normal(2, 2, 3, Positions, Width);

    public AttendTests()
    {
        _mmfs = new Synchronizer(
            new MmfsConfig { QueryWidth = 24, FeatureWidth = Width, ValueWidth = 16, Heads = 4, Points = 3, Levels = [8, 4], BaseLevel = 4, MaxImages = 6 },
            KernelSet.Composed);
        using var quiet = no_grad();
        foreach (var (parameter, i) in _mmfs.parameters().Select((parameter, i) => (parameter, i)))
        {
            parameter.copy_(Near.Normal(100 + i, parameter.shape) * 0.4);
        }
    }

    [Fact]
    public void A_hidden_image_might_as_well_not_be_there()
    {
        var expected = Attend(_features.index_select(1, tensor(new[] { 0L, 2 })), Mask(1, 1));
        Near.Equal(expected, Attend(_features, Mask(1, 0, 1)), 3e-6);

        var noise = _features.clone();
        noise[.., TensorIndex.Single(1)] = Near.Normal(3, 2, Positions, Width) * 50;
        Near.Equal(expected, Attend(noise, Mask(1, 0, 1)), 3e-6, "with noise for the hidden image");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_may_be_padded_with_hidden_images(int padding)
    {
        var padded = cat([_features, zeros(2, padding, Positions, Width)], 1);
        Near.Equal(Attend(_features, Mask(1, 1, 1)), Attend(padded, Mask([1, 1, 1, .. Enumerable.Repeat(0L, padding)])), 3e-6);
    }

    [Fact]
    public void No_image_is_the_same_as_hidden_images_only()
    {
        var none = Attend(zeros(2, 0, Positions, Width), zeros(2, 0));
        Near.Equal(none, Attend(_features, Mask(0, 0, 0)), 3e-6);
        Near.Equal(none, _mmfs.AttendNothing(_query), 3e-6);
        Near.Differs(none, Attend(_features, Mask(0, 0, 1)), 1e-2);
    }

    [Fact]
    public void The_order_of_images_matters_by_their_distance_from_the_newest()
    {
        var two = _features.narrow(1, 0, 2);
        var swapped = two.flip(1);
        Near.Differs(Attend(two, Mask(1, 1)), Attend(swapped, Mask(1, 1)), 1e-2);

        // With equal distances (the relative positions' rows made one), the order does not matter.
        using (no_grad())
        {
            var table = _mmfs.named_parameters().Single(member => member.name == "query_relpos.weight").parameter;
            table.copy_(table[1].clone().expand_as(table));
        }

        Near.Equal(Attend(two, Mask(1, 1)), Attend(swapped, Mask(1, 1)), 3e-6);
    }

    [Fact]
    public void A_lone_visible_image_is_the_newest_wherever_it_stands()
    {
        var lone = Attend(_features.narrow(1, 1, 1), Mask(1));
        Near.Equal(lone, Attend(_features, Mask(0, 1, 0)), 3e-6);
        Near.Differs(lone, Attend(_features.index_select(1, tensor(new[] { 1L, 0 })), Mask(1, 1)), 1e-2);
    }

    [Fact]
    public void Each_query_sees_what_its_own_row_of_the_mask_says()
    {
        var mask = tensor(new long[] { 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1 }, [1, Queries, 3]).expand(2, -1, -1);
        var together = Attend(_features, mask);
        for (var q = 0; q < Queries; q++)
        {
            Near.Equal(Attend(_features, mask.narrow(1, q, 1).expand(-1, Queries, -1)).narrow(1, q, 1), together.narrow(1, q, 1), 3e-6, $"query {q}");
        }
    }

    [Fact]
    public void Queries_that_see_nothing_are_left_out_and_gradients_stay_the_same()
    {
        // The second row sees nothing at all, and of the first row's queries only the last two do.
        var mask = cat([tensor(new long[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1 }, [1, Queries, 3]), zeros(1, Queries, 3, ScalarType.Int64)], 0);
        var weights = Near.Normal(4, 2, Queries, 24);
        Dictionary<string, Tensor> Gradients(Func<Tensor> attend)
        {
            _mmfs.zero_grad();
            (attend() * weights).sum().backward();
            return _mmfs.named_parameters().ToDictionary(member => member.name, member => member.parameter.grad!.clone());
        }

        var together = Gradients(() => Attend(_features, mask));
        var apart = Gradients(() => cat(
            [
                .. Enumerable.Range(0, Queries).Select(q =>
                    Attend(_features, mask.narrow(0, 0, 1).narrow(1, q, 1).expand(2, Queries, -1)).narrow(0, 0, 1).narrow(1, q, 1)),
                .. Enumerable.Range(0, Queries).Select(q => _mmfs.AttendNothing(_query.narrow(0, 1, 1)).narrow(1, q, 1)),
            ], 1).view(2, Queries, -1));
        Assert.All(together, member => Near.Equal(apart[member.Key], member.Value, 1e-5, member.Key));
    }

    [Fact]
    public void With_another_number_of_queries_the_last_row_of_the_mask_counts()
    {
        var longer = tensor(new long[] { 1, 1, 1, 0, 1, 0, 1, 0, 1 }, [1, 3, 3]).expand(2, -1, -1);
        Near.Equal(Attend(_features, Mask(1, 0, 1)), Attend(_features, longer), 0);
    }

    [Fact]
    public void Rows_do_not_touch_each_other()
    {
        var mask = tensor(new long[] { 1, 0, 1, 0, 1, 1 }, [2, 3]);
        var together = Attend(_features, mask);
        for (var row = 0; row < 2; row++)
        {
            var alone = _mmfs.Attend(
                _query.narrow(0, row, 1), Centre, _mmfs.Project(_features.narrow(0, row, 1), Levels), mask.narrow(0, row, 1));
            Near.Equal(alone, together.narrow(0, row, 1), 3e-6, $"row {row}");
        }
    }

    [Fact]
    public void Images_may_be_projected_one_by_one()
    {
        var values = _mmfs.Project(_features, Levels);
        var joined = values with { Values = cat([.. Enumerable.Range(0, 3).Select(n => _mmfs.Project(_features.narrow(1, n, 1), Levels).Values)], 1) };
        Near.Equal(_mmfs.Attend(_query, Centre, values, Mask(1, 1, 1)), _mmfs.Attend(_query, Centre, joined, Mask(1, 1, 1)), 3e-6);
    }

    [Fact]
    public void The_table_bounds_the_images_in_one_sentence()
    {
        Assert.Equal([2, Queries, 24], Attend(Near.Normal(4, 2, 6, Positions, Width), Mask(1, 1, 1, 1, 1, 1)).shape);
        var e = Assert.Throws<ArgumentException>(() => _mmfs.Project(Near.Normal(4, 2, 7, Positions, Width), Levels));
        Assert.Equal("A row may hold 6 images; this one holds 7.", e.Message);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_values_are_named()
    {
        var e = Assert.Throws<ArgumentException>(() => new Synchronizer(
            new MmfsConfig { QueryWidth = 8, FeatureWidth = 8, ValueWidth = 10, Heads = 4 }, KernelSet.Composed));
        Assert.Equal("Value width 10 is not divisible by 4 heads.", e.Message);
    }

    public void Dispose()
    {
        _mmfs.Dispose();
        _scope.Dispose();
    }

    private static Tensor Centre => ReferencePointOf(Queries);

    private static Tensor ReferencePointOf(int queries) => Model.Tensors.ReferencePoints.ImageCentre(queries).view(1, -1, 1, 2);

    private static Tensor Mask(params long[] visible) => tensor(visible, [1, visible.Length]).expand(2, -1);

    private Tensor Attend(Tensor features, Tensor mask) => _mmfs.Attend(_query, Centre, _mmfs.Project(features, Levels), mask);
}
