using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Imaging;

/// <summary>Image files to the network's inputs, to the byte as the reference's data loader does, and outputs to files.</summary>
public sealed class ImageProcessor(ImageLimits? limits = null)
{
    private static readonly float[] Unit = [.. Enumerable.Range(0, 256).Select(level => level / 255f)];

    private readonly ImageLimits _limits = limits ?? new ImageLimits();

    /// <summary>The picture in a JPEG, PNG, WebP, GIF or BMP file; the first frame of an animation.</summary>
    /// <exception cref="ImageInputException">Not an image, cut short, damaged, or over a limit.</exception>
    public RgbImage Decode(ReadOnlySpan<byte> file, DecodePolicy policy)
    {
        _limits.CheckLength(file.Length);
        ImageHeader.Check(file, _limits);
        var (image, orientation) = ImageCodec.Decode(file, policy, _limits);
        return policy == DecodePolicy.ForUsers ? ExifOrientation.Apply(image, orientation) : image;
    }

    /// <summary>The same from a stream, of which no more is read than one byte past the limit.</summary>
    /// <exception cref="ImageInputException">Not an image, cut short, damaged, or over a limit.</exception>
    public RgbImage Decode(Stream stream, DecodePolicy policy)
    {
        var file = new MemoryStream();
        var buffer = new byte[81920];
        while (file.Length <= _limits.MaxBytes)
        {
            var wanted = Math.Min(buffer.Length, _limits.MaxBytes + 1L - file.Length);
            var read = stream.Read(buffer, 0, (int)wanted);
            if (read == 0)
            {
                break;
            }

            file.Write(buffer, 0, read);
        }

        return Decode(file.GetBuffer().AsSpan(0, (int)file.Length), policy);
    }

    /// <summary>The sides of the picture in a file, as it is stored.</summary>
    /// <exception cref="ImageInputException">Not an image, damaged, or over a limit.</exception>
    public (int Width, int Height) ReadSize(ReadOnlySpan<byte> file)
    {
        _limits.CheckLength(file.Length);
        var (width, height) = ImageHeader.ReadSize(file) ?? throw new ImageInputException($"The image is damaged: its {file.Length} bytes do not tell its size.");
        _limits.CheckSize(width, height);
        return ((int)width, (int)height);
    }

    /// <summary>The middle square at resolution x resolution, for reading a picture: captions, questions, chat.</summary>
    /// <exception cref="ImageInputException">The aspect ratio would make the resized picture longer than the limit.</exception>
    public RgbImage CenterCrop(RgbImage image, int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resolution);
        var scale = (double)resolution / Math.Min(image.Width, image.Height);
        _limits.CheckResized(image, resolution, Math.Max(image.Width, image.Height) * scale);

        while (Math.Min(image.Width, image.Height) >= 2L * resolution)
        {
            image = Resampling.Resize(image, image.Width / 2, image.Height / 2, ResamplingFilter.Box);
        }

        // Python's round, half to even, of each side.
        scale = (double)resolution / Math.Min(image.Width, image.Height);
        var width = (int)Math.Round(image.Width * scale, MidpointRounding.ToEven);
        var height = (int)Math.Round(image.Height * scale, MidpointRounding.ToEven);
        var middle = new Resampling.Window((width - resolution) / 2, (height - resolution) / 2, resolution, resolution);
        return Resampling.Resize(image, width, height, middle, ResamplingFilter.Bicubic);
    }

    /// <summary>The whole picture at resolution x resolution, for grounding, where boxes are fractions of the sides.</summary>
    public RgbImage Stretch(RgbImage image, int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resolution);
        return Resampling.Resize(image, resolution, resolution, ResamplingFilter.Bicubic);
    }

    /// <summary>The whole picture with its longer side at most <paramref name="side"/>; one that is smaller stays as it is.</summary>
    public static RgbImage Fit(RgbImage image, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        var longer = Math.Max(image.Width, image.Height);
        return longer <= side ? image : Resampling.Resize(
            image, Math.Max((int)Math.Round((double)image.Width * side / longer), 1), Math.Max((int)Math.Round((double)image.Height * side / longer), 1), ResamplingFilter.Bicubic);
    }

    /// <summary>Pictures of one size as float32 [images, 3, height, width] on the CPU, 0 to 1.</summary>
    /// <exception cref="ArgumentException">There is no picture, or their sizes differ.</exception>
    public static Tensor ToTensor(params IReadOnlyList<RgbImage> images)
    {
        if (images.Count == 0)
        {
            throw new ArgumentException("A batch takes at least one picture.", nameof(images));
        }

        var (width, height) = (images[0].Width, images[0].Height);
        var area = width * height;
        var values = new float[3L * area * images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i].Width != width || images[i].Height != height)
            {
                throw new ArgumentException(
                    $"Picture {i} is {images[i].Width} x {images[i].Height}; the batch is {width} x {height}.", nameof(images));
            }

            ToPlanes(images[i].Pixels, values.AsSpan(3 * area * i, 3 * area), area);
        }

        return tensor(values, [images.Count, 3, height, width]);
    }

    /// <summary>
    /// A tensor [3, height, width] of any floating type, device and layout as a picture: clamped to 0..1, times 255, half to even.
    /// </summary>
    /// <exception cref="ArgumentException">The shape differs, or a value is not a number.</exception>
    public static RgbImage FromTensor(Tensor tensor)
    {
        var shape = string.Join(", ", tensor.shape);
        if (tensor.dim() != 3 || tensor.shape[0] != 3)
        {
            throw new ArgumentException($"A picture's shape is [3, height, width], not [{shape}].", nameof(tensor));
        }

        using var scope = NewDisposeScope();
        var pixels = tensor.detach().to(ScalarType.Float32).cpu().permute(1, 2, 0).contiguous();
        if (pixels.isnan().any().item<bool>())
        {
            throw new ArgumentException($"The picture of shape [{shape}] has values that are not numbers.", nameof(tensor));
        }

        var bytes = (pixels.clamp(0, 1) * 255f).round().to(ScalarType.Byte);
        return new RgbImage((int)tensor.shape[2], (int)tensor.shape[1], bytes.bytes.ToArray());
    }

    /// <summary>The picture of an absent image: float32 [3, resolution, resolution], 0.5 everywhere.</summary>
    public static Tensor Placeholder(int resolution) => full([3, resolution, resolution], 0.5f);

    public static byte[] EncodePng(RgbImage image) => ImageCodec.EncodePng(image);

    /// <summary>A JPEG file; <paramref name="quality"/> is 1 to 100.</summary>
    public static byte[] EncodeJpeg(RgbImage image, int quality = 90)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quality);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return ImageCodec.EncodeJpeg(image, quality);
    }

    private static void ToPlanes(ReadOnlySpan<byte> pixels, Span<float> planes, int area)
    {
        var red = planes[..area];
        var green = planes.Slice(area, area);
        var blue = planes.Slice(2 * area, area);
        for (int i = 0, from = 0; i < area; i++, from += 3)
        {
            red[i] = Unit[pixels[from]];
            green[i] = Unit[pixels[from + 1]];
            blue[i] = Unit[pixels[from + 2]];
        }
    }
}
