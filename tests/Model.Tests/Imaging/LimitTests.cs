using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

public class LimitTests
{
    private static readonly ImageProcessor Processor = new();

    public static TheoryData<byte[], string> Unusable()
    {
        var png = ImageProcessor.EncodePng(Pictures.Noise(40, 30));
        var jpeg = ImageProcessor.EncodeJpeg(Pictures.Gradient(64, 48), 90);
        byte[] pixel = [0, 1, 2, 3];
        return new()
        {
            { [], "The image is empty: it has 0 bytes." },
            { [1], "The 1 bytes are not an image of a known format (JPEG, PNG, WebP, GIF, BMP)." },
            { [.. "<svg xmlns='http://www.w3.org/2000/svg'/>"u8], "The 41 bytes are not an image of a known format" },
            { [0, 0, 5, 5, 0, 0, 0], "The 7 bytes are not an image of a known format" },
            { [.. "RIFF\u0004\0\0\0WAVE"u8], "The 12 bytes are not an image of a known format" },
            { png[..8], "The image is cut short: its 8 bytes end" },
            { png[..(png.Length / 2)], $"The image is cut short: its {png.Length / 2} bytes end before its last pixel." },
            { jpeg[..20], "The image is cut short: its 20 bytes end" },
            { jpeg[..(jpeg.Length / 2)], $"The image is cut short: its {jpeg.Length / 2} bytes end" },
            { jpeg[..^10], $"The image is cut short: its {jpeg.Length - 10} bytes end" },
            { WebpBytes.Lossy[..100], "The image is cut short: it has 100 of its 170 bytes." },
            { WebpBytes.Lossless[..50], "The image is cut short: it has 50 of its 108 bytes." },
            { GifBytes.Animation(20, 11, new byte[12], 1)[..60], "The image is cut short: its 60 bytes end" },
            { PngBytes.Write(100, 100, 8, PngBytes.Rgb, new byte[301 * 40]), "The image is cut short" },
            { PngBytes.Write(0, 5, 8, PngBytes.Rgb, pixel), "The image's size is 0 x 5 pixels, and each side must be at least 1." },
            { PngBytes.Write(5, 0, 8, PngBytes.Rgb, pixel), "The image's size is 5 x 0 pixels" },
            { PngBytes.Write(16385, 1, 8, PngBytes.Rgb, pixel), "The image's width is 16385 pixels, more than the limit of 16384." },
            { PngBytes.Write(1, -1, 8, PngBytes.Rgb, pixel), "The image's height is 4294967295 pixels, more than the limit of 16384." },
            {
                PngBytes.Write(10000, 5001, 8, PngBytes.Rgb, pixel),
                "The image has 10000 x 5001 = 50010000 pixels, more than the limit of 50000000."
            },
            { WithFrameSize(jpeg, 0, 64), "The image's size is 64 x 0 pixels" },
            { WithFrameSize(jpeg, 48, 0), "The image's size is 0 x 48 pixels" },
            { WithFrameSize(jpeg, 65000, 64), "The image's height is 65000 pixels" },
            { JpegBytes.WithScans(2048, 2048, 300), "The image is damaged" },
        };
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_is_not_usable_is_refused_in_one_sentence(byte[] file, string expected)
    {
        foreach (var policy in Enum.GetValues<DecodePolicy>())
        {
            var refusal = Assert.Throws<ImageInputException>(() => Processor.Decode(file, policy));
            Assert.StartsWith(expected, refusal.Message);
            Assert.EndsWith(".", refusal.Message);
        }
    }

    [Fact]
    public void A_refused_size_costs_no_memory()
    {
        byte[][] claims =
        [
            PngBytes.Write(16384, 16384, 8, PngBytes.Rgb, [0]),
            GifBytes.Animation(10000, 5001, new byte[12]),
            JpegBytes.WithScans(10000, 5001, 0),
        ];
        foreach (var file in claims)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains("more than the limit of 50000000", Assert.Throws<ImageInputException>(() => Decode(file)).Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }

        static void Decode(byte[] file) => Processor.Decode(file, DecodePolicy.Raw);
    }

    [Fact]
    public void Limits_hold_at_their_value_and_not_below()
    {
        var image = Pictures.Noise(20, 10);
        var file = ImageProcessor.EncodePng(image);

        var exact = new ImageLimits { MaxBytes = file.Length, MaxSide = 20, MaxPixels = 200 };
        Pictures.AssertEqual(image, new ImageProcessor(exact).Decode(file, DecodePolicy.Raw));

        Assert.Contains($"the limit of {file.Length - 1} bytes", Refusal(exact with { MaxBytes = file.Length - 1 }));
        Assert.Contains("width is 20 pixels, more than the limit of 19", Refusal(exact with { MaxSide = 19 }));
        Assert.Contains("20 x 10 = 200 pixels, more than the limit of 199", Refusal(exact with { MaxPixels = 199 }));

        string Refusal(ImageLimits limits) =>
            Assert.Throws<ImageInputException>(() => new ImageProcessor(limits).Decode(file, DecodePolicy.Raw)).Message;
    }

    [Fact]
    public void A_stream_is_read_no_further_than_one_byte_past_the_limit()
    {
        var file = ImageProcessor.EncodePng(Pictures.Noise(20, 10));
        Assert.Equal(20, Processor.Decode(new MemoryStream(file), DecodePolicy.Raw).Width);

        using var endless = new MemoryStream(new byte[1_000_000]);
        var small = new ImageProcessor(new ImageLimits { MaxBytes = 100_000 });
        var refusal = Assert.Throws<ImageInputException>(() => small.Decode(endless, DecodePolicy.Raw));
        Assert.Equal("The image's length is more than the limit of 100000 bytes: it has 100001.", refusal.Message);
        Assert.Equal(100_001, endless.Position);
    }

    [Theory]
    [InlineData(1, 16384)]
    [InlineData(16384, 1)]
    public void A_sliver_is_refused_by_its_aspect_ratio(int width, int height)
    {
        var sliver = Pictures.Noise(width, height);
        var refusal = Assert.Throws<ImageInputException>(() => Processor.CenterCrop(sliver, 224));
        Assert.Equal(
            $"The image's aspect ratio is 16384 to 1 ({width} x {height} pixels): with its shorter side at 224 pixels the longer would "
            + "have 3670016, more than the limit of 16384.",
            refusal.Message);
        Assert.Equal((8, 8), (Processor.Stretch(sliver, 8).Width, Processor.Stretch(sliver, 8).Height));
    }

    [Fact]
    public void One_pixel_fills_the_whole_square()
    {
        var pixel = Processor.Decode(PngBytes.Write(1, 1, 8, PngBytes.Rgb, [0, 10, 20, 30]), DecodePolicy.ForUsers);
        foreach (var square in new[] { Processor.CenterCrop(pixel, 16), Processor.Stretch(pixel, 16) })
        {
            Assert.Equal((16, 16), (square.Width, square.Height));
            Assert.All(Enumerable.Range(0, 256), i => Assert.Equal((10, 20, 30), square.At(i % 16, i / 16)));
        }
    }

    private static byte[] WithFrameSize(byte[] jpeg, int height, int width)
    {
        var copy = jpeg.ToArray();
        var frame = copy.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0x00, 0x11]);
        (copy[frame + 5], copy[frame + 6]) = ((byte)(height >> 8), (byte)height);
        (copy[frame + 7], copy[frame + 8]) = ((byte)(width >> 8), (byte)width);
        return copy;
    }
}
