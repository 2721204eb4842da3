namespace MmiGrains.Model.Evaluation;

/// <summary>The best way to pair the few things of one list with those of another.</summary>
internal static class Assignment
{
    private const int MostRows = 8; // garbage may name any number of things; those beyond stay alone

    /// <summary>The largest sum of gains of pairs; a row or column without a partner gains nothing.</summary>
    /// <param name="gains">[rows][columns].</param>
    public static int Best(int[][] gains) => Best(gains, 0, 0);

    private static int Best(int[][] gains, int row, int taken)
    {
        if (row == Math.Min(gains.Length, MostRows))
        {
            return 0;
        }

        var best = Best(gains, row + 1, taken);
        for (var column = 0; column < gains[row].Length; column++)
        {
            if ((taken & (1 << column)) == 0)
            {
                best = Math.Max(best, gains[row][column] + Best(gains, row + 1, taken | (1 << column)));
            }
        }

        return best;
    }
}
