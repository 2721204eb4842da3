using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>A picture in a file, read when it is needed.</summary>
/// <param name="name">What people call it.</param>
/// <param name="view">What is taken of it.</param>
public abstract class StoredImage(string name, ImageView view) : ISampleImage
{
    /// <summary>Decodes the formats that <see cref="ImageProcessor"/> knows, pixels as they are stored.</summary>
    protected static readonly ImageProcessor Processor = new();

    /// <summary>What people call it.</summary>
    protected string Name { get; } = name;

    /// <summary>What is taken of it.</summary>
    protected ImageView View { get; } = view;

    public RgbImage Load(int side)
    {
        try
        {
            return View.Apply(Decode(), side);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageInputException)
        {
            throw new ImageInputException($"'{Name}': {e.Message}");
        }
    }

    /// <summary>The picture's sides as they are stored.</summary>
    /// <exception cref="ImageInputException">Its file is missing, damaged or over a limit.</exception>
    public (int Width, int Height) Size()
    {
        try
        {
            return ReadSize();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageInputException)
        {
            throw new ImageInputException($"'{Name}': {e.Message}");
        }
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <summary>The picture as it is stored.</summary>
    /// <exception cref="ImageInputException">It is damaged, or over a limit.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    protected abstract RgbImage Decode();

    /// <summary>The picture's sides, which its first bytes tell where its format has some.</summary>
    /// <exception cref="ImageInputException">It is damaged, or over a limit.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    protected virtual (int Width, int Height) ReadSize()
    {
        var image = Decode();
        return (image.Width, image.Height);
    }
}
