namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Four rows of block codes as they lie in memory: group by group, in each group the codes of every row and then their scales. So a
/// product, which meets four rows at a time, reads one stream from beginning to end, and the processor fetches it ahead by itself.
/// </summary>
internal static unsafe class BlockTile<TCode>
    where TCode : struct, IBlockCode
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Bytes of a tile's group.</summary>
    public static int GroupBytes => Rows * (TCode.GroupBytes + BlockScales.GroupBytes);

    /// <summary>Where a row's codes of one group lie.</summary>
    public static byte* Codes(WeightMatrix weights, int row, int group) => Group(weights, row, group) + (row % Rows * TCode.GroupBytes);

    /// <summary>Where their scales lie.</summary>
    public static ushort* Scales(WeightMatrix weights, int row, int group) =>
        (ushort*)(Group(weights, row, group) + (Rows * TCode.GroupBytes) + (row % Rows * BlockScales.GroupBytes));

    private static byte* Group(WeightMatrix weights, int row, int group) => weights.Row(row / Rows * Rows) + ((long)group * GroupBytes);
}
