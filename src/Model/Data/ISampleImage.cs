using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Data;

/// <summary>An image of a sample that is read or drawn only when a step needs its pixels.</summary>
public interface ISampleImage
{
    /// <summary>The picture at side x side pixels, the same each time.</summary>
    /// <exception cref="ImageInputException">Its file is missing, damaged or over a limit.</exception>
    RgbImage Load(int side);

    /// <summary>What is known of each of the picture's cells; empty where only its pixels are.</summary>
    IReadOnlyList<LabelField> Labels(TokenGrid cells) => [];
}
