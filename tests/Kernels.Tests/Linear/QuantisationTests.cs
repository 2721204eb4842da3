using MmiGrains.Kernels.Linear;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.Linear;

/// <summary>Codes and scales against ggml's definition, written out here once more and simply.</summary>
public class QuantisationTests
{
    [Fact]
    public void Q8_is_what_ggml_makes_of_it()
    {
        Check(WeightFormat.Q8, block =>
        {
            var scale = block.Max(Math.Abs) / 127f;
            return [.. block.Select(w => (float)(Half)scale * (scale == 0 ? 0 : MathF.Round(w * (1 / scale), MidpointRounding.AwayFromZero)))];
        });
    }

    [Fact]
    public void Q4_is_what_ggml_makes_of_it()
    {
        Check(WeightFormat.Q4, block =>
        {
            var scale = block.MaxBy(Math.Abs) / -8f;
            var inverse = scale == 0 ? 0 : 1 / scale;
            return [.. block.Select(w => (float)(Half)scale * (Math.Min((int)((w * inverse) + 8.5f), 15) - 8))];
        });
    }

    [Fact]
    public void BFloat16_is_what_torch_makes_of_it_and_float32_stays()
    {
        using var scope = NewDisposeScope();
        var weights = randn(5, 77) * 100;
        foreach (var (format, type) in new[] { (WeightFormat.BFloat16, ScalarType.BFloat16), (WeightFormat.Float32, ScalarType.Float32) })
        {
            using var matrix = WeightMatrix.From(weights, format);
            Assert.Equal(weights.to_type(type).to_type(ScalarType.Float32).data<float>().ToArray(), Enumerable.Range(0, 5).SelectMany(matrix.Decode));
        }
    }

    [Theory]
    [InlineData(WeightFormat.Float32, 32.0)]
    [InlineData(WeightFormat.BFloat16, 16.0)]
    [InlineData(WeightFormat.Q8, 8.5)]
    [InlineData(WeightFormat.Q4, 4.5)]
    public void A_weight_takes_as_many_bits_as_its_format_says(WeightFormat format, double bits)
    {
        using var matrix = WeightMatrix.From(zeros(8, 2048), format);
        Assert.Equal(bits, matrix.ByteCount * 8.0 / (8 * 2048));
    }

    private static void Check(WeightFormat format, Func<float[], float[]> decode)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        const int Columns = 1000; // the last block has 8 weights
        var weights = randn(6, Columns) * logspace(-4, 2, 6).unsqueeze(1);
        weights.narrow(0, 2, 1).narrow(1, 32, 64).zero_();
        using var matrix = WeightMatrix.From(weights, format);
        for (var row = 0; row < 6; row++)
        {
            var given = weights[row].data<float>().ToArray();
            Assert.Equal(given.Chunk(32).SelectMany(decode), matrix.Decode(row));
        }
    }
}
