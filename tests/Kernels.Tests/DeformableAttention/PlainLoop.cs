using MmiGrains.Kernels.DeformableAttention;

namespace MmiGrains.Kernels.Tests.DeformableAttention;

/// <summary>Equation 3 of Deformable DETR as one loop over numbers, in double precision: slow, and nothing to get wrong.</summary>
internal sealed record PlainLoop(int Batch, int Queries, int Heads, int Channels, int Points, LevelShape[] Levels)
{
    public int Positions => Levels.Sum(level => level.PositionCount);

    public long[] ValueShape => [Batch, Positions, Heads, Channels];

    public long[] LocationShape => [Batch, Queries, Heads, Levels.Length, Points, 2];

    public long[] WeightShape => [Batch, Queries, Heads, Levels.Length, Points];

    public double[] Attend(double[] values, double[] locations, double[] weights)
    {
        var output = new double[Batch * Queries * Heads * Channels];
        for (var sample = 0; sample < weights.Length; sample++)
        {
            var level = sample / Points % Levels.Length;
            var head = sample / Points / Levels.Length % Heads;
            var query = sample / Points / Levels.Length / Heads; // over the batch
            for (var channel = 0; channel < Channels; channel++)
            {
                output[(((query * Heads) + head) * Channels) + channel] += weights[sample] * Bilinear(
                    values, query / Queries, level, head, channel, locations[sample * 2], locations[(sample * 2) + 1]);
            }
        }

        return output;
    }

    private double Bilinear(double[] values, int batch, int level, int head, int channel, double x, double y)
    {
        var (column, row) = ((x * Levels[level].Width) - 0.5, (y * Levels[level].Height) - 0.5);
        var (left, top) = ((int)Math.Floor(column), (int)Math.Floor(row));
        double sum = 0;
        foreach (var (r, c) in new[] { (top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1) })
        {
            if (r >= 0 && c >= 0 && r < Levels[level].Height && c < Levels[level].Width)
            {
                var position = Levels[..level].Sum(before => before.PositionCount) + (r * Levels[level].Width) + c;
                var value = values[(((((batch * Positions) + position) * Heads) + head) * Channels) + channel];
                sum += value * (1 - Math.Abs(row - r)) * (1 - Math.Abs(column - c));
            }
        }

        return sum;
    }
}
