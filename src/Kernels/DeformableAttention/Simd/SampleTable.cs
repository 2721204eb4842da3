using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// What locating needs to know about the level of each sample, laid out so that eight samples are looked up at once: ten runs of
/// <see cref="Length"/> numbers. The samples of a group, level by level and point by point, are padded to a multiple of eight.
/// </summary>
internal sealed class SampleTable
{
    private readonly int[] _numbers;

    /// <param name="shape">Sizes of the call.</param>
    /// <param name="levels">Shapes of the levels.</param>
    /// <param name="stride">Numbers from one position's channels to the next one's.</param>
    public SampleTable(AttentionShape shape, IReadOnlyList<LevelShape> levels, int stride)
    {
        PaddedPerGroup = (shape.SamplesPerGroup + Vector256<float>.Count - 1) / Vector256<float>.Count * Vector256<float>.Count;
        Length = PaddedPerGroup * shape.Groups;
        _numbers = new int[Length * Columns];

        var start = 0;
        var levelsPerGroup = shape.Levels / shape.Groups;
        for (var l = 0; l < levels.Count; l++)
        {
            var first = (l / levelsPerGroup * PaddedPerGroup) + (l % levelsPerGroup * shape.Points);
            for (var sample = first; sample < first + shape.Points; sample++)
            {
                Fill(sample, levels[l], start, stride);
            }

            start += levels[l].PositionCount;
        }
    }

    /// <summary>Runs of numbers in the table.</summary>
    public const int Columns = 10;

    /// <summary>Samples of one group, padding included.</summary>
    public int PaddedPerGroup { get; }

    /// <summary>Samples of a query and head, padding included.</summary>
    public int Length { get; }

    /// <summary>The numbers: <c>[column, sample]</c>, the columns in the order of <see cref="Fill"/>.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    private void Fill(int sample, LevelShape level, int start, int stride)
    {
        var (wide, high) = (level.Width > 1, level.Height > 1);
        int[] column =
        [
            Bits(level.Width), Bits(level.Height),
            Bits(Math.Max(level.Width - 2, 0)), Bits(Math.Max(level.Height - 2, 0)), // the last column and row with a neighbour
            Bits(wide ? 1 : 2), Bits(high ? 1 : 2), // to the neighbour; 2, out of any sample's reach, where there is none
            start * stride, level.Width * stride,
            wide ? stride : 0, high ? level.Width * stride : 0,
        ];
        for (var c = 0; c < Columns; c++)
        {
            _numbers[(c * Length) + sample] = column[c];
        }
    }

    private static int Bits(int number) => BitConverter.SingleToInt32Bits(number);
}
