using MmiGrains.Model.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

public class DetailWeightsTests
{
    [Fact]
    public void Pixels_that_differ_from_those_around_count_more_and_the_mean_is_one()
    {
        using var scope = NewDisposeScope();
        var pictures = zeros(2, 3, 16, 16);
        pictures[1, .., 4, 5] = 1;
        var weights = DetailWeights.Of(pictures, 8);

        Assert.Equal([2, 1, 16, 16], weights.shape);
        Assert.Equal(1, weights.mean().item<float>(), 1e-5);
        var flat = weights[0, 0, 0, 0].item<float>();
        Assert.True(weights[0].eq(flat).all().item<bool>());
        Assert.Equal(1 + (8 * 24 / 25.0), weights[1, 0, 4, 5].item<float>() / flat, 1e-4);
        Assert.Equal(1 + (8 / 25.0), weights[1, 0, 5, 5].item<float>() / flat, 1e-4);
        Assert.Equal(flat, weights[1, 0, 10, 10].item<float>());
    }
}
