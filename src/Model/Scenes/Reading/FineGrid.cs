namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Points in steps of a quarter pixel, up to a reach around a middle; beyond it there is nothing.</summary>
internal sealed class FineGrid
{
    /// <summary>Points per side of a pixel.</summary>
    public const int Fine = 4;

    private readonly int _reach;
    private readonly byte[] _values;

    /// <param name="reach">In pixels.</param>
    /// <param name="value">The value of a point, in pixels right of the middle and below it.</param>
    public FineGrid(int reach, Func<double, double, byte> value)
    {
        _reach = reach * Fine;
        _values = new byte[4 * _reach * _reach];
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = value(Position((i % (2 * _reach)) - _reach), Position((i / (2 * _reach)) - _reach));
        }
    }

    /// <summary>The value of a point, counted in quarter pixels.</summary>
    public int this[int right, int down]
    {
        get
        {
            var (x, y, side) = (right + _reach, down + _reach, 2 * _reach);
            return (uint)x < (uint)side && (uint)y < (uint)side ? _values[(y * side) + x] : 0;
        }
    }

    /// <summary>The values of points a pixel apart, from one point to the right.</summary>
    public void Stride(int right, int down, Span<byte> values)
    {
        var (x, y, side) = (right + _reach, down + _reach, 2 * _reach);
        values.Clear();
        if ((uint)y >= (uint)side)
        {
            return;
        }

        var row = _values.AsSpan(y * side, side);
        for (var i = 0; i < values.Length; i++, x += Fine)
        {
            if ((uint)x < (uint)side)
            {
                values[i] = row[x];
            }
        }
    }

    /// <summary>A number of quarter pixels.</summary>
    public static int Quarters(double pixels) => (int)Math.Round(pixels * Fine);

    /// <summary>Where a point lies, in pixels.</summary>
    public static double Position(int quarters) => (quarters + 0.5) / Fine;
}
