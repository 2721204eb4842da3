using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>Sine-cosine position tables (Transformer, section 3.5; MAE's two-dimensional form) and their resampling.</summary>
public static class SinCosPositions
{
    /// <summary>The base of the frequencies, as the Transformer has it.</summary>
    public const double Base = 10000;

    /// <summary>Table for one dimension: row p is [sin(p w) | cos(p w)] with w_k = base^(-k / (channels / 2)).</summary>
    /// <returns>[length, channels], float32.</returns>
    public static Tensor OneDimension(long length, long channels) => Encode(arange(length, ScalarType.Float64), channels, Base).to_type(ScalarType.Float32);

    /// <summary>
    /// Table for a square grid, row by row: the first half of the channels encodes the row, the second half the column.
    /// </summary>
    /// <param name="grid">Side of the grid, in positions.</param>
    /// <param name="channels">A multiple of four.</param>
    /// <param name="classToken">Whether a zero row for the class token comes first.</param>
    /// <param name="frequencyBase">The base of the frequencies.</param>
    /// <returns>[grid * grid (+ 1), channels], float32.</returns>
    public static Tensor TwoDimensions(long grid, long channels, bool classToken = false, double frequencyBase = Base)
    {
        if (channels % 4 != 0)
        {
            throw new ArgumentException($"A two-dimensional position table needs a multiple of 4 channels; {channels} were asked for.");
        }

        using var scope = NewDisposeScope();
        var line = Encode(arange(grid, ScalarType.Float64), channels / 2, frequencyBase);
        var rows = line.unsqueeze(1).expand(grid, grid, -1);
        var columns = line.unsqueeze(0).expand(grid, grid, -1);
        var table = cat([rows, columns], -1).reshape(grid * grid, channels);
        if (classToken)
        {
            table = cat([zeros(1, channels, dtype: ScalarType.Float64), table], 0);
        }

        return table.to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A square table for another grid: bicubic (a = -0.75), half-pixel centres, no antialiasing, also when it shrinks, as the
    /// reference does.
    /// </summary>
    /// <param name="table">[side * side, channels].</param>
    /// <param name="height">Rows of the new grid.</param>
    /// <param name="width">Columns of the new grid.</param>
    /// <returns>[height * width, channels]; the table itself when the grid is the same.</returns>
    public static Tensor Resize(Tensor table, long height, long width)
    {
        var side = (long)Math.Round(Math.Sqrt(table.shape[0]));
        if (side == height && side == width)
        {
            return table;
        }

        var map = table.reshape(1, side, side, -1).permute(0, 3, 1, 2);
        var resized = nn.functional.interpolate(map, [height, width], mode: InterpolationMode.Bicubic, align_corners: false);
        return resized.permute(0, 2, 3, 1).reshape(height * width, -1);
    }

    private static Tensor Encode(Tensor positions, long channels, double frequencyBase)
    {
        var omega = pow(frequencyBase, -arange(channels / 2, ScalarType.Float64) / (channels / 2.0));
        var angles = outer(positions, omega);
        return cat([sin(angles), cos(angles)], 1);
    }
}
