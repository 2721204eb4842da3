using MmiGrains.Model.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Imaging;

public class TensorTests
{
    [Fact]
    public void Pictures_become_channels_first_floats_over_255()
    {
        var (first, second) = (Pictures.Noise(5, 4, seed: 1), Pictures.Noise(5, 4, seed: 2));

        using var batch = ImageProcessor.ToTensor(first, second);

        Assert.Equal([2, 3, 4, 5], batch.shape);
        Assert.Equal(ScalarType.Float32, batch.dtype);
        Assert.Equal(first.At(3, 2).Green / 255f, batch[0, 1, 2, 3].item<float>());
        Assert.Equal(second.At(4, 0).Blue / 255f, batch[1, 2, 0, 4].item<float>());
        Assert.Equal(second.At(0, 3).Red / 255f, batch[1, 0, 3, 0].item<float>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_picture_survives_the_way_to_a_tensor_and_back(ScalarType type)
    {
        var image = new RgbImage(16, 16, [.. Enumerable.Range(0, 768).Select(i => (byte)i)]);
        using var batch = ImageProcessor.ToTensor(image);
        using var typed = batch[0].to(type);
        Pictures.AssertEqual(image, ImageProcessor.FromTensor(typed));
    }

    [Fact]
    public void Values_are_clamped_and_halves_round_to_even()
    {
        using var values = tensor(new[] { 0.5f / 255, 1.5f / 255, 2.5f / 255, -3f, 1.01f, float.PositiveInfinity }, [3, 1, 2]);
        var image = ImageProcessor.FromTensor(values);
        Assert.Equal((2, 1), (image.Width, image.Height));

        // [channel, row, column] is read as pixels: (0.5, 2.5, over) and (1.5, under, infinite).
        Assert.Equal((0, 2, 255), image.At(0, 0));
        Assert.Equal((2, 0, 255), image.At(1, 0));
    }

    [Fact]
    public void A_tensor_in_any_layout_gives_its_own_pixels()
    {
        var image = Pictures.Noise(6, 9);
        using var batch = ImageProcessor.ToTensor(image);
        using var turned = batch[0].transpose(1, 2).requires_grad_();
        var picture = ImageProcessor.FromTensor(turned);
        Assert.Equal((9, 6), (picture.Width, picture.Height));
        Assert.Equal(image.At(4, 7), picture.At(7, 4));
    }

    [Fact]
    public void What_is_not_a_picture_is_named()
    {
        using var batched = zeros(1, 3, 4, 4);
        using var broken = full([3, 2, 2], float.NaN);
        Assert.Contains("not [1, 3, 4, 4]", Assert.Throws<ArgumentException>(() => ImageProcessor.FromTensor(batched)).Message);
        Assert.Contains("not numbers", Assert.Throws<ArgumentException>(() => ImageProcessor.FromTensor(broken)).Message);
        Assert.Contains(
            "Picture 1 is 4 x 5; the batch is 5 x 4",
            Assert.Throws<ArgumentException>(() => ImageProcessor.ToTensor(Pictures.Noise(5, 4), Pictures.Noise(4, 5))).Message);
        Assert.Throws<ArgumentException>(() => ImageProcessor.ToTensor([]));
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 2, []));
    }

    [Fact]
    public void The_placeholder_is_grey_everywhere()
    {
        using var grey = ImageProcessor.Placeholder(8);
        Assert.Equal([3, 8, 8], grey.shape);
        Assert.True(grey.eq(0.5f).all().item<bool>());
    }
}
