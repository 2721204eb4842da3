namespace MmiGrains.Model.Interleaved;

/// <summary>Cells of a picture, one for each of some tokens.</summary>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
public readonly record struct TokenGrid(int Rows, int Columns)
{
    /// <summary>How many cells.</summary>
    public int Count => Rows * Columns;

    /// <summary>A square grid.</summary>
    public static TokenGrid Square(int side) => new(side, side);

    /// <summary>The grid nearest to a square that has so many cells, not higher than wide; null where only a single row has.</summary>
    public static TokenGrid? Of(int count)
    {
        var rows = (int)Math.Sqrt(count);
        while (rows > 1 && count % rows != 0)
        {
            rows--;
        }

        return rows > 1 ? new TokenGrid(rows, count / rows) : null;
    }
}
