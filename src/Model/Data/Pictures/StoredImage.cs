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

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <summary>The picture as it is stored.</summary>
    /// <exception cref="ImageInputException">It is damaged, or over a limit.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    protected abstract RgbImage Decode();
}
