using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Training;

public class BusiestCropsTests
{
    [Fact]
    public void Of_four_squares_the_one_with_the_most_to_see_is_taken()
    {
        using var scope = NewDisposeScope();
        var pictures = zeros(200, 3, 64, 64);
        pictures.narrow(2, 40, 8).narrow(3, 8, 8).fill_(1); // a random square of 32 pixels shows it whole in one case of nine
        using var generator = new Generator(5);
        var crops = BusiestCrops.Cut(pictures, 32, generator);
        Assert.Equal([200, 3, 32, 32], crops.shape);
        Assert.True((crops.sum([1, 2, 3]) > 0).to_type(ScalarType.Float32).mean().item<float>() > 0.6);

        using var again = new Generator(5);
        Assert.True(BusiestCrops.Cut(pictures, 32, again).equal(crops).all().item<bool>());
    }

    [Fact]
    public void A_square_as_large_as_the_picture_is_the_picture()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var pictures = randn(2, 3, 16, 16);
        Assert.True(BusiestCrops.Cut(pictures, 16, generator).equal(pictures).all().item<bool>());
    }
}
