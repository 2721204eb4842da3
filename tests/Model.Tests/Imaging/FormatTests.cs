using System.Buffers.Binary;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

public class FormatTests
{
    private static readonly ImageProcessor Processor = new();

    [Fact]
    public void Raw_keeps_the_colour_below_a_transparent_pixel()
    {
        Assert.Equal((10, 20, 30), Raw(PngBytes.Write(1, 1, 8, PngBytes.Rgba, [0, 10, 20, 30, 0])));
        Assert.Equal((10, 20, 30), Raw(PngBytes.Write(1, 1, 8, PngBytes.Rgba, [0, 10, 20, 30, 1])));
        Assert.Equal((77, 77, 77), Raw(PngBytes.Write(1, 1, 8, PngBytes.GreyAlpha, [0, 77, 0])));
        Assert.Equal((40, 50, 60), Raw(TransparentPalette()));
    }

    [Fact]
    public void Users_see_transparency_on_white()
    {
        Assert.Equal((255, 255, 255), ForUsers(PngBytes.Write(1, 1, 8, PngBytes.Rgba, [0, 10, 20, 30, 0])));
        Assert.Equal((10, 20, 30), ForUsers(PngBytes.Write(1, 1, 8, PngBytes.Rgba, [0, 10, 20, 30, 255])));

        // 255 - (255 - c) x 51 / 255, as 51 is a fifth of 255.
        Assert.Equal((206, 208, 210), ForUsers(PngBytes.Write(1, 1, 8, PngBytes.Rgba, [0, 10, 20, 30, 51])));
        Assert.Equal((219, 219, 219), ForUsers(PngBytes.Write(1, 1, 8, PngBytes.GreyAlpha, [0, 75, 51])));
        Assert.Equal((255, 255, 255), ForUsers(TransparentPalette()));
    }

    [Fact]
    public void Grey_and_deep_pixels_become_8_bit_rgb()
    {
        Assert.Equal((255, 255, 255), Raw(PngBytes.Write(1, 1, 1, PngBytes.Grey, [0, 0x80])));
        Assert.Equal((85, 85, 85), Raw(PngBytes.Write(1, 1, 2, PngBytes.Grey, [0, 0x40])));
        Assert.Equal((119, 119, 119), Raw(PngBytes.Write(1, 1, 4, PngBytes.Grey, [0, 0x70])));
        Assert.Equal((0x12, 0x12, 0x12), Raw(PngBytes.Write(1, 1, 16, PngBytes.Grey, [0, 0x12, 0xF0])));
        Assert.Equal((0x12, 0x34, 0x56), Raw(PngBytes.Write(1, 1, 16, PngBytes.Rgb, [0, 0x12, 0xFF, 0x34, 0x80, 0x56, 0x00])));
        Assert.Equal((77, 77, 77), Raw(JpegBytes.Flat(77)));
    }

    [Fact]
    public void Colour_space_hints_change_no_pixel()
    {
        var gamma = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(gamma, 100_000);
        var chromaticities = new byte[32];
        int[] wide = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
        for (var i = 0; i < wide.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(chromaticities.AsSpan(4 * i), wide[i]);
        }

        var file = PngBytes.Write(1, 1, 8, PngBytes.Rgb, [0, 100, 50, 200], ("gAMA", gamma), ("cHRM", chromaticities));
        Assert.Equal((100, 50, 200), Raw(file));
        Assert.Equal((100, 50, 200), ForUsers(file));
    }

    [Fact]
    public void A_colour_profile_changes_no_pixel()
    {
        var plain = ImageProcessor.EncodeJpeg(Pictures.Gradient(64, 48));
        var profiled = JpegBytes.WithLinearProfile(plain);
        foreach (var policy in Enum.GetValues<DecodePolicy>())
        {
            Pictures.AssertEqual(Processor.Decode(plain, policy), Processor.Decode(profiled, policy));
        }
    }

    [Fact]
    public void Print_colours_are_multiplied_out()
    {
        // Stored inverted, as Adobe does: red = cyan' x black' / 255.
        Assert.Equal((200, 100, 50), Raw(JpegBytes.Flat(200, 100, 50, 255)));
        Assert.Equal((100, 50, 25), Raw(JpegBytes.Flat(200, 100, 50, 128)));
    }

    [Fact]
    public void Animations_show_their_first_frame()
    {
        var gif = GifBytes.Animation(20, 11, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120], 2, 1, 3);
        Assert.All(AllPixels(gif), pixel => Assert.Equal((70, 80, 90), pixel));
        Assert.All(AllPixels(WebpBytes.Animation(WebpBytes.Red, WebpBytes.Blue)), pixel => Assert.Equal((200, 30, 40), pixel));
        Assert.All(AllPixels(WebpBytes.Animation(WebpBytes.Blue, WebpBytes.Red)), pixel => Assert.Equal((20, 130, 240), pixel));
    }

    [Fact]
    public void Lossless_webp_is_exact()
    {
        var image = Processor.Decode(WebpBytes.Lossless, DecodePolicy.Raw);
        Assert.Equal((24, 16), (image.Width, image.Height));
        for (var i = 0; i < 24 * 16; i++)
        {
            var (y, x) = Math.DivRem(i, 24);
            Assert.Equal((10 * x, 15 * y, 99), image.At(x, y));
        }
    }

    [Fact]
    public void Bitmaps_are_read_in_either_row_order()
    {
        byte[] Bitmap(int height) =>
        [
            .. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
            40, 0, 0, 0, 1, 0, 0, 0, .. BitConverter.GetBytes(height), 1, 0, 24, 0, .. new byte[24],
            3, 2, 1, 0, 6, 5, 4, 0,
        ];
        Assert.Equal((4, 5, 6), Raw(Bitmap(2)));
        Assert.Equal((1, 2, 3), Raw(Bitmap(-2)));
    }

    [Fact]
    public void Png_brings_back_every_byte()
    {
        var image = Pictures.Noise(33, 21);
        Pictures.AssertEqual(image, Processor.Decode(ImageProcessor.EncodePng(image), DecodePolicy.Raw));
        Pictures.AssertEqual(image, Processor.Decode(ImageProcessor.EncodePng(image), DecodePolicy.ForUsers));
    }

    [Fact]
    public void Jpeg_quality_trades_size_for_closeness()
    {
        var image = Pictures.Gradient(96, 64);
        var (fine, coarse) = (ImageProcessor.EncodeJpeg(image, 95), ImageProcessor.EncodeJpeg(image, 20));
        Assert.True(coarse.Length < fine.Length, $"{coarse.Length} bytes at quality 20, {fine.Length} at 95.");
        Assert.True(MeanDifference(image, fine) < 3, $"Mean difference {MeanDifference(image, fine)} at quality 95.");
        Assert.True(MeanDifference(image, fine) < MeanDifference(image, coarse));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageProcessor.EncodeJpeg(image, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageProcessor.EncodeJpeg(image, 0));
    }

    private static byte[] TransparentPalette() =>
        PngBytes.Write(1, 1, 8, PngBytes.Palette, [0, 1], ("PLTE", [1, 2, 3, 40, 50, 60]), ("tRNS", [255, 0]));

    private static (byte, byte, byte) Raw(byte[] file) => Processor.Decode(file, DecodePolicy.Raw).At(0, 0);

    private static (byte, byte, byte) ForUsers(byte[] file) => Processor.Decode(file, DecodePolicy.ForUsers).At(0, 0);

    private static IEnumerable<(byte, byte, byte)> AllPixels(byte[] file)
    {
        var image = Processor.Decode(file, DecodePolicy.ForUsers);
        return Enumerable.Range(0, image.Width * image.Height).Select(i => image.At(i % image.Width, i / image.Width));
    }

    private static double MeanDifference(RgbImage image, byte[] jpeg)
    {
        var decoded = Processor.Decode(jpeg, DecodePolicy.Raw);
        return image.Pixels.ToArray().Zip(decoded.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
    }
}
