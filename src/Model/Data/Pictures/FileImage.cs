using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>A picture in a file of its own.</summary>
/// <param name="path">The file.</param>
/// <param name="view">What is taken of it.</param>
public sealed class FileImage(string path, ImageView view) : StoredImage(path, view)
{
    protected override RgbImage Decode()
    {
        if (Name.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return NpyFrames.Read(Name, View.FrameDraw);
        }

        using var stream = File.OpenRead(Name);
        return Processor.Decode(stream, DecodePolicy.Raw);
    }

    protected override (int Width, int Height) ReadSize() => Name.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
        ? base.ReadSize()
        : Processor.ReadSize(File.ReadAllBytes(Name));
}
