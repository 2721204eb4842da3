using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.Linear;

public class MultiplyTests
{
    public static TheoryData<WeightFormat, int, int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<WeightFormat, int, int, int>();
            foreach (var format in Enum.GetValues<WeightFormat>())
            {
                foreach (var (outputs, inputs, rows) in new[]
                {
                    (1, 1, 1), (3, 5, 2), (4, 16, 1), (7, 33, 3), (9, 512, 1), (17, 520, 4), (8, 1024, 5), (130, 100, 1), (33, 1536, 12), (50, 96, 40), (70, 700, 100),
                })
                {
                    shapes.Add(format, outputs, inputs, rows);
                }
            }

            return shapes;
        }
    }

    public static TheoryData<WeightFormat> Formats => [.. Enum.GetValues<WeightFormat>()];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_is_that_of_the_decoded_weights(WeightFormat format, int outputs, int inputs, int rows)
    {
        using var scope = NewDisposeScope();
        manual_seed(outputs + inputs + rows);
        using var weights = WeightMatrix.From(randn(outputs, inputs), format);
        var x = randn(rows, inputs) * tensor(new[] { 1f, 30f, 0.001f }).repeat((inputs / 3) + 1).narrow(0, 0, inputs);
        var decoded = stack(Enumerable.Range(0, outputs).Select(row => tensor(weights.Decode(row))).ToArray(), 0);
        var expected = x.to_type(ScalarType.Float64).matmul(decoded.to_type(ScalarType.Float64).t());

        var scale = x.norm().item<float>() * decoded.norm().item<float>() / Math.Sqrt(outputs * rows);
        Assert.True((Product(weights, x) - expected).abs().max().item<double>() < 3e-5 * scale);
        Assert.True((Product(weights, x, addTo: 7) - expected - 7).abs().max().item<double>() < (3e-5 * scale) + 1e-5);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_product_does_not_depend_on_threads_nor_on_the_company_of_its_row(WeightFormat format)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var weights = WeightMatrix.From(randn(1003, 768), format);
        var x = randn(9, 768);
        var together = Product(weights, x, threads: 3);
        Assert.True(together.equal(Product(weights, x, threads: 1)).all().item<bool>());
        for (var row = 0; row < 9; row++)
        {
            var alone = Product(weights, x.narrow(0, row, 1));
            Assert.True(together.narrow(0, row, 1).equal(alone).all().item<bool>(), $"row {row} alone is not what it is in company");
        }
    }

    [Fact]
    public void Layers_that_read_the_same_input_run_as_one_loop()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (x, a, b) = (randn(2, 200), randn(70, 200), randn(5, 200));
        using var wide = WeightMatrix.From(a, WeightFormat.Float32);
        using var narrow = WeightMatrix.From(b, WeightFormat.Q8);
        var (first, second) = (empty(2, 70), empty(2, 5));
        LinearLayers.Multiply(ComputePool.Shared, TensorPointer.Of<float>(x), 200, 2, Into(wide, first), Into(narrow, second));

        Assert.True(first.allclose(x.matmul(a.t()), 1e-4, 1e-4));
        Assert.True(second.allclose(x.matmul(b.t()), 0.1, 0.5));
    }

    [Fact]
    public void Layers_of_another_width_are_refused_in_one_sentence()
    {
        using var scope = NewDisposeScope();
        using var wide = WeightMatrix.From(zeros(4, 32), WeightFormat.Float32);
        using var narrow = WeightMatrix.From(zeros(4, 16), WeightFormat.Float32);
        var e = Assert.Throws<ArgumentException>(() => LinearLayers.Multiply(ComputePool.Shared, 0, 32, 1, Into(wide, zeros(1, 4)), Into(narrow, zeros(1, 4))));
        Assert.Equal("Layers that share an input must have its width: one reads 32 numbers, another 16.", e.Message);
        Assert.Equal(
            "A linear layer's weights are [outputs, inputs]; these are [2, 3, 4].",
            Assert.Throws<ArgumentException>(() => WeightMatrix.From(zeros(2, 3, 4), WeightFormat.Q4)).Message);
    }

    private static LinearProduct Into(WeightMatrix weights, Tensor output, bool adds = false) =>
        new(weights, TensorPointer.Of<float>(output), output.shape[1], adds);

    private static Tensor Product(WeightMatrix weights, Tensor x, float? addTo = null, int? threads = null)
    {
        using var pool = new ComputePool(threads ?? 2);
        var output = full([x.shape[0], weights.Outputs], addTo ?? float.NaN);
        LinearLayers.Multiply(pool, TensorPointer.Of<float>(x), x.shape[1], (int)x.shape[0], Into(weights, output, addTo is not null));
        return output.to_type(addTo is null && threads is null ? ScalarType.Float64 : ScalarType.Float32);
    }
}
