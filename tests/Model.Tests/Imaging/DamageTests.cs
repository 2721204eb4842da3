using System.Diagnostics;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

/// <summary>Files cut or with bits flipped by a seeded hand: each is decoded or refused, within two seconds.</summary>
public class DamageTests
{
    private const int FilesPerFormat = 80;

    private static readonly ImageProcessor Processor = new(new ImageLimits { MaxPixels = 4_000_000 });

    public static TheoryData<string> Formats => ["png", "jpeg", "lossy webp", "lossless webp", "animated webp", "gif"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_damaged_file_is_decoded_or_refused(string format)
    {
        var file = Sample(format);
        Assert.True(Survives(file), $"The {format} itself was refused.");
        var random = new Random(20240 + format.Length);
        var refused = 0;
        for (var i = 0; i < FilesPerFormat; i++)
        {
            refused += Survives(Damage(file, random, cut: i % 2 == 0)) ? 0 : 1;
        }

        Assert.InRange(refused, FilesPerFormat / 4, FilesPerFormat);
    }

    private static bool Survives(byte[] file)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var image = Processor.Decode(file, DecodePolicy.ForUsers);
            Processor.CenterCrop(image, 32);
            return true;
        }
        catch (ImageInputException refusal)
        {
            Assert.NotEmpty(refusal.Message);
            return false;
        }
        finally
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 2);
        }
    }

    private static byte[] Damage(byte[] file, Random random, bool cut)
    {
        if (cut)
        {
            return file[..random.Next(1, file.Length)];
        }

        var copy = file.ToArray();
        for (var flips = random.Next(1, 9); flips > 0; flips--)
        {
            // Every other flip lands in the header, where it does the most.
            var at = flips % 2 == 0 ? random.Next(Math.Min(64, copy.Length)) : random.Next(copy.Length);
            copy[at] ^= (byte)(1 << random.Next(8));
        }

        return copy;
    }

    private static byte[] Sample(string format) => format switch
    {
        "png" => ImageProcessor.EncodePng(Pictures.Gradient(96, 64)),
        "jpeg" => JpegBytes.WithOrientation(ImageProcessor.EncodeJpeg(Pictures.Noise(96, 64), 80), 6),
        "lossy webp" => WebpBytes.Lossy,
        "lossless webp" => WebpBytes.Lossless,
        "animated webp" => WebpBytes.Animation(WebpBytes.Lossless, WebpBytes.Red),
        "gif" => GifBytes.Animation(60, 40, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120], 1, 2),
        _ => throw new NotSupportedException(format),
    };
}
