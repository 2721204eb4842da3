namespace MmiGrains.Kernels.Linear;

/// <summary>Sizes that the loops over weights share.</summary>
internal static class WeightRows
{
    /// <summary>Weights of a vector.</summary>
    public const int Vector = 16;

    /// <summary>Weights that share a scale, where a format has scales.</summary>
    public const int Block = 32;

    /// <summary>Blocks of a group.</summary>
    public const int GroupBlocks = 16;

    /// <summary>Weights of a group.</summary>
    public const int Group = Block * GroupBlocks;

    /// <summary>Rows that a matrix is filled up to a multiple of; no loop reads more at a time.</summary>
    public const int Tile = 8;

    /// <summary>Bytes that memory is read by.</summary>
    public const int CacheLine = 64;

    /// <summary>Rounds up to a multiple.</summary>
    public static int RoundUp(int count, int multiple) => (count + multiple - 1) / multiple * multiple;

    /// <summary>Bytes, filled up to whole cache lines.</summary>
    public static long ToCacheLines(long bytes) => (bytes + CacheLine - 1) / CacheLine * CacheLine;
}
