using System.Runtime.InteropServices;
using SkiaSharp;

namespace MmiGrains.Model.Imaging;

/// <summary>Files to pixels and back, by Skia. The only file that knows the image library; another one replaces it here.</summary>
internal static class ImageCodec
{
    /// <summary>The first picture in a file, and its EXIF orientation (1 to 8), not yet applied.</summary>
    /// <exception cref="ImageInputException">The file is cut short or damaged, or its size is over a limit.</exception>
    public static unsafe (RgbImage Image, int Orientation) Decode(ReadOnlySpan<byte> file, DecodePolicy policy, ImageLimits limits)
    {
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened);
            if (codec is null)
            {
                throw Refuse(opened, file.Length);
            }

            limits.CheckSize(codec.Info.Width, codec.Info.Height);
            return (Decode(codec, file.Length, policy), (int)codec.EncodedOrigin);
        }
    }

    public static byte[] EncodePng(RgbImage image) =>
        Encode(image, pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6)));

    public static byte[] EncodeJpeg(RgbImage image, int quality) =>
        Encode(image, pixels => pixels.Encode(new SKJpegEncoderOptions(quality)));

    private static unsafe RgbImage Decode(SKCodec codec, int fileLength, DecodePolicy policy)
    {
        // No colour space asked for means none converted to; unpremultiplied keeps the colours below a transparent pixel.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        var rgba = NativeMemory.AllocZeroed((nuint)info.BytesSize64);
        try
        {
            var result = codec.GetPixels(info, (nint)rgba);
            if (result != SKCodecResult.Success)
            {
                throw Refuse(result, fileLength);
            }

            var rgb = GC.AllocateUninitializedArray<byte>(info.Width * info.Height * 3);
            var decoded = new ReadOnlySpan<byte>(rgba, info.Width * info.Height * 4);
            if (policy == DecodePolicy.Raw || codec.Info.IsOpaque)
            {
                AlphaFlattening.Drop(decoded, rgb);
            }
            else
            {
                AlphaFlattening.OverWhite(decoded, rgb);
            }

            return new RgbImage(info.Width, info.Height, rgb);
        }
        finally
        {
            NativeMemory.Free(rgba);
        }
    }

    private static ImageInputException Refuse(SKCodecResult result, int fileLength) => result switch
    {
        SKCodecResult.IncompleteInput => new($"The image is cut short: its {fileLength} bytes end before its last pixel."),
        _ => new($"The image is damaged: its {fileLength} bytes cannot be decoded ({result})."),
    };

    private static unsafe byte[] Encode(RgbImage image, Func<SKPixmap, SKData?> encode)
    {
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null);
        var rgba = new byte[4L * image.Width * image.Height];
        for (int from = 0, to = 0; from < image.Pixels.Length; from += 3, to += 4)
        {
            image.Pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = 255;
        }

        fixed (byte* start = rgba)
        {
            using var pixels = new SKPixmap(info, (nint)start);
            using var data = encode(pixels)
                ?? throw new InvalidOperationException($"A picture of {image.Width} x {image.Height} pixels could not be encoded.");
            return data.ToArray();
        }
    }
}
