using System.Numerics.Tensors;
using MmiGrains.Kernels.MmfsAttention;

namespace MmiGrains.Model.Mmfs.Looks;

/// <summary>
/// Writes down where a synchronizer samples and with what weights: the kernel's own numbers, computed once more for the few queries that
/// somebody asked about. Whoever computes passes one along only then; without one nothing is done. For one thread at a time.
/// </summary>
/// <param name="place">Of a map of queries, only the one that stands at this place (0 to 1) is written down; null for all.</param>
public sealed class LookRecorder((float X, float Y)? place = null)
{
    private const int CellsAcross = 64; // points in one cell of a level are told as one
    private const int MostPoints = 600;

    private readonly Dictionary<(int Image, int Level, int Cell), (double Weight, double X, double Y)> _cells = [];
    private readonly SortedSet<int> _images = [];
    private IReadOnlyList<int> _levels = [];
    private long _looks;
    private double _nothing;
    private double _outside;

    /// <summary>Of a map of queries, only the one that stands here is written down; null for all.</summary>
    public (float X, float Y)? Place => place;

    /// <summary>Takes in one query of one layer.</summary>
    /// <param name="layout">Sizes of the layer.</param>
    /// <param name="at">Where the query stands.</param>
    /// <param name="projected">[<see cref="MmfsLayout.QueryWidth"/>]: its offsets and logits.</param>
    /// <param name="table">[orders, <see cref="MmfsLayout.QueryWidth"/>]: what an image's order adds to them.</param>
    /// <param name="seen">The images that it sees: index, and order from 1 for the newest.</param>
    public void Add(
        MmfsLayout layout, (float X, float Y) at, ReadOnlySpan<float> projected, ReadOnlySpan<float> table, IReadOnlyList<(int Image, int Order)> seen)
    {
        if (seen.Count == 0)
        {
            AddNothing(layout.Heads);
            return;
        }

        _levels = [.. layout.Levels.Select(level => level.Width)];
        _images.UnionWith(seen.Select(image => image.Image));
        var shares = new float[(seen.Count * layout.Samples) + 1];
        for (var head = 0; head < layout.Heads; head++)
        {
            Share(layout, head, projected, table, seen, shares);
            _nothing += shares[^1];
            for (var n = 0; n < seen.Count; n++)
            {
                var first = 2 * head * layout.Points;
                var added = table[((seen[n].Order * layout.QueryWidth) + first)..];
                Locate(layout, at, projected[first..], added, seen[n].Image, shares.AsSpan(n * layout.Samples, layout.Samples));
            }
        }

        _looks += layout.Heads;
    }

    /// <summary>Takes in one query that sees no image.</summary>
    /// <param name="heads">Of its layer.</param>
    public void AddNothing(int heads)
    {
        _nothing += heads;
        _looks += heads;
    }

    /// <summary>Forgets everything: the queries come again.</summary>
    public void Clear()
    {
        _cells.Clear();
        _images.Clear();
        (_looks, _nothing, _outside) = (0, 0, 0);
    }

    /// <summary>What was looked at.</summary>
    public RecordedLook Finish()
    {
        if (_looks == 0)
        {
            return new RecordedLook([], 1, 0, []);
        }

        var byImage = _cells.ToLookup(cell => cell.Key.Image);
        return new RecordedLook([.. _images.Select(image => Image(image, byImage[image]))], Average(_nothing), Average(_outside), _levels);
    }

    // One softmax over all samples of all images, and one slot for nothing, whose logit is 0.
    private static void Share(
        MmfsLayout layout, int head, ReadOnlySpan<float> projected, ReadOnlySpan<float> table, IReadOnlyList<(int Image, int Order)> seen, Span<float> shares)
    {
        var (samples, first) = (layout.Samples, (layout.Heads * layout.Points * 2) + (head * layout.Samples));
        for (var n = 0; n < seen.Count; n++)
        {
            TensorPrimitives.Add(projected.Slice(first, samples), table.Slice((seen[n].Order * layout.QueryWidth) + first, samples), shares.Slice(n * samples, samples));
        }

        shares[^1] = 0;
        TensorPrimitives.SoftMax(shares, shares);
    }

    private void Locate(MmfsLayout layout, (float X, float Y) at, ReadOnlySpan<float> offsets, ReadOnlySpan<float> added, int image, ReadOnlySpan<float> shares)
    {
        for (var sample = 0; sample < shares.Length; sample++)
        {
            var (level, point) = Math.DivRem(sample, layout.Points);
            var x = at.X + ((offsets[2 * point] + added[2 * point]) * layout.PerUnit[2 * level]);
            var y = at.Y + ((offsets[(2 * point) + 1] + added[(2 * point) + 1]) * layout.PerUnit[(2 * level) + 1]);
            var share = (double)shares[sample];
            if (x is < 0 or > 1 || y is < 0 or > 1)
            {
                _outside += share;
                continue;
            }

            var key = (image, level, (Cell(y) * CellsAcross) + Cell(x));
            var (weight, sumX, sumY) = _cells.GetValueOrDefault(key);
            _cells[key] = (weight + share, sumX + (share * x), sumY + (share * y));
        }
    }

    private SampledImage Image(int image, IEnumerable<KeyValuePair<(int Image, int Level, int Cell), (double Weight, double X, double Y)>> cells)
    {
        var points = cells.Where(cell => cell.Value.Weight > 0).Select(cell => new SampledPoint(
            (float)(cell.Value.X / cell.Value.Weight), (float)(cell.Value.Y / cell.Value.Weight), cell.Key.Level, Average(cell.Value.Weight))).ToArray();
        return new SampledImage(image, points.Sum(point => point.Weight), [.. points.OrderByDescending(point => point.Weight).Take(MostPoints)]);
    }

    private float Average(double sum) => (float)(sum / _looks);

    private static int Cell(float coordinate) => int.Min((int)(coordinate * CellsAcross), CellsAcross - 1);
}
