using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

public class ResamplingTests
{
    private static readonly ScalarResampling Scalar = new();

    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 1 }, { 1, 1, 7, 5 }, { 2, 3, 1, 1 }, { 5, 4, 64, 64 }, { 17, 33, 16, 32 }, { 64, 48, 31, 24 },
        { 100, 80, 100, 40 }, { 100, 80, 50, 80 }, { 301, 203, 224, 151 }, { 333, 500, 7, 3 }, { 2000, 3, 10, 3 }, { 3, 2000, 3, 10 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Avx2_passes_equal_scalar_passes(int width, int height, int newWidth, int newHeight)
    {
        Assert.SkipUnless(Avx2Resampling.IsSupported, "This processor has no AVX2.");
        var image = Pictures.Noise(width, height);
        foreach (var filter in new[] { ResamplingFilter.Box, ResamplingFilter.Bicubic })
        {
            foreach (var window in new[] { new Resampling.Window(0, 0, newWidth, newHeight), Middle(newWidth, newHeight) })
            {
                var expected = Resampling.Resize(image, newWidth, newHeight, window, filter, Scalar);
                var actual = Resampling.Resize(image, newWidth, newHeight, window, filter, new Avx2Resampling());
                Pictures.AssertEqual(expected, actual);
            }
        }
    }

    [Fact]
    public void Avx2_passes_clamp_where_the_cubic_overshoots()
    {
        Assert.SkipUnless(Avx2Resampling.IsSupported, "This processor has no AVX2.");
        var stripes = new byte[3 * 40 * 40];
        for (var i = 0; i < stripes.Length; i++)
        {
            stripes[i] = (byte)((i / 15 % 2 == 0) ^ (i / 360 % 2 == 0) ? 255 : 0);
        }

        var image = new RgbImage(40, 40, stripes);
        var whole = new Resampling.Window(0, 0, 61, 57);
        var expected = Resampling.Resize(image, 61, 57, whole, ResamplingFilter.Bicubic, Scalar);
        Pictures.AssertEqual(expected, Resampling.Resize(image, 61, 57, whole, ResamplingFilter.Bicubic, new Avx2Resampling()));
    }

    [Fact]
    public void A_window_holds_the_same_pixels_as_the_whole()
    {
        var image = Pictures.Noise(90, 70);
        var whole = Resampling.Resize(image, 51, 40, ResamplingFilter.Bicubic);
        var part = Resampling.Resize(image, 51, 40, new Resampling.Window(7, 11, 20, 13), ResamplingFilter.Bicubic);
        for (var y = 0; y < 13; y++)
        {
            Assert.True(part.Row(y).SequenceEqual(whole.Row(y + 11).Slice(3 * 7, 3 * 20)), $"Row {y} differs.");
        }
    }

    [Fact]
    public void The_same_size_changes_nothing()
    {
        var image = Pictures.Noise(37, 29);
        Pictures.AssertEqual(image, Resampling.Resize(image, 37, 29, ResamplingFilter.Bicubic));
        var forced = new byte[image.Pixels.Length];
        Scalar.Horizontal(image.Pixels, image.Stride, 29, FilterTaps.Compute(37, 37, 0, 37, ResamplingFilter.Bicubic), forced);
        Assert.True(image.Pixels.SequenceEqual(forced));
    }

    [Fact]
    public void Halving_with_a_box_is_the_rounded_mean_of_pairs_along_each_side()
    {
        var image = new RgbImage(2, 2, [0, 10, 255, 1, 20, 255, 2, 30, 0, 5, 41, 1]);

        // Rows first: (0+1+1)/2 = 1 and (2+5+1)/2 = 4, then (1+4+1)/2 = 3; likewise for green and blue.
        Assert.Equal((3, 26, 128), Resampling.Resize(image, 1, 1, ResamplingFilter.Box).At(0, 0));
    }

    [Theory]
    [InlineData(224, 448)]
    [InlineData(448, 224)]
    [InlineData(1000, 3)]
    public void Weights_of_every_pixel_sum_to_one(int length, int newLength)
    {
        var taps = FilterTaps.Compute(length, newLength, 0, newLength, ResamplingFilter.Bicubic);
        for (var i = 0; i < newLength; i++)
        {
            var sum = taps.Weights.AsSpan(i * taps.Longest, taps.Longest).ToArray().Sum();
            Assert.InRange(sum, (1 << FilterTaps.PrecisionBits) - taps.Longest, (1 << FilterTaps.PrecisionBits) + taps.Longest);
            Assert.InRange(taps.Starts[i] + taps.Lengths[i], 1, length);
        }
    }

    private static Resampling.Window Middle(int width, int height) =>
        new(width / 4, height / 4, Math.Max(width / 2, 1), Math.Max(height / 2, 1));
}
