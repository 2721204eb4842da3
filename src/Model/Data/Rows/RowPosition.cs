namespace MmiGrains.Model.Data.Rows;

/// <summary>Where a row begins in its file.</summary>
/// <param name="Entry">For a zip archive, which of its entries; else 0.</param>
/// <param name="Offset">Bytes before it in the file, or in the unpacked entry.</param>
/// <param name="Line">Lines, or in a shard rows, before it.</param>
public readonly record struct RowPosition(int Entry, long Offset, long Line)
{
    /// <summary>After the last row, whatever else the file holds.</summary>
    public static readonly RowPosition End = new(-1, 0, 0);
}
