using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>
/// A colour for each of 256 class numbers: the colour map of the PASCAL VOC challenge, which spreads a number's bits, lowest first,
/// over the highest bits of red, green and blue. Class 0 is black.
/// </summary>
internal static class ClassColors
{
    private static readonly byte[] Map = Build();

    /// <summary>A picture whose grey levels are class numbers, in colours.</summary>
    /// <exception cref="ImageInputException">A pixel is not grey.</exception>
    public static RgbImage Paint(RgbImage classes)
    {
        var from = classes.Pixels;
        var to = new byte[from.Length];
        for (var i = 0; i < from.Length; i += 3)
        {
            if (from[i] != from[i + 1] || from[i] != from[i + 2])
            {
                var (y, inRow) = Math.DivRem(i, classes.Stride);
                throw new ImageInputException($"The class map has a colour, ({from[i]}, {from[i + 1]}, {from[i + 2]}) at ({inRow / 3}, {y}), where a class number is expected.");
            }

            Map.AsSpan(3 * from[i], 3).CopyTo(to.AsSpan(i));
        }

        return new RgbImage(classes.Width, classes.Height, to);
    }

    private static byte[] Build()
    {
        var map = new byte[3 * 256];
        for (var i = 0; i < 256; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                map[(3 * i) + (bit % 3)] |= (byte)(((i >> bit) & 1) << (7 - (bit / 3)));
            }
        }

        return map;
    }
}
