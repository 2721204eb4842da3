using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>Cuts squares out of pictures, where there is most to see.</summary>
public static class BusiestCrops
{
    private const int Tries = 4;

    /// <summary>Of each picture the one with the most contrast of four squares at random places.</summary>
    /// <param name="pixels">[images, channels, height, width].</param>
    /// <param name="side">Side of the squares.</param>
    /// <param name="generator">Draws the places.</param>
    /// <returns>[images, channels, side, side].</returns>
    public static Tensor Cut(Tensor pixels, int side, Generator generator)
    {
        var (images, height, width) = (pixels.shape[0], pixels.shape[2], pixels.shape[3]);
        var rows = randint(0, height - side + 1, [images * Tries], dtype: ScalarType.Int64, generator: generator).data<long>().ToArray();
        var columns = randint(0, width - side + 1, [images * Tries], dtype: ScalarType.Int64, generator: generator).data<long>().ToArray();
        var crops = cat([.. Enumerable.Range(0, (int)images * Tries).Select(i =>
            pixels.narrow(0, i / Tries, 1).narrow(2, rows[i], side).narrow(3, columns[i], side))], 0).view(images, Tries, -1, side, side);
        var contrast = crops.var([2, 3, 4]);
        var busiest = contrast.argmax(1) + (arange(images, ScalarType.Int64) * Tries);
        return crops.flatten(0, 1).index_select(0, busiest);
    }
}
