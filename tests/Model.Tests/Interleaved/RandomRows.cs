using MmiGrains.Model.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>Random packed rows: documents of text and images one after the other, padded on the right, and now and then cut off on the left.</summary>
internal sealed class RandomRows
{
    public const int TokensPerImage = 3;
    public static readonly SpecialTokenIds Special = new() { Pad = 319, Soi = 320, Image = 321 };

    public RandomRows(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Row(random)).ToArray();
        Length = rows.Max(row => row.Count) + random.Next(3);
        Ids = [.. rows.Select(row => row.Concat(Enumerable.Repeat((long)Special.Pad, Length - row.Count)).ToArray())];
        Mask = [.. rows.Select(row => Enumerable.Range(0, Length).Select(t => t < row.Count ? 1L : 0L).ToArray())];
        Images = [.. Ids.SelectMany((row, r) => Enumerable.Range(0, Length).Where(t => row[t] == Special.Soi).Select(t => (r, t)))];
        NearestBos = [.. Images.Select(image => LastBefore(Ids[image.Row], image.Soi, Special.Bos, none: 0))];
    }

    public int Length { get; }

    public long[][] Ids { get; }

    public long[][] Mask { get; }

    public (int Row, int Soi)[] Images { get; }

    /// <summary>For each image, the last begin-of-sequence token strictly before it, 0 where there is none.</summary>
    public long[] NearestBos { get; }

    public InterleavedBatch Batch(bool documents = true) =>
        new(Tensor(Ids), Tensor(Mask), Special, TokensPerImage, documents ? NearestBos : null);

    /// <summary>The last position below <paramref name="end"/> that holds a token.</summary>
    public static int LastBefore(long[] row, int end, long token, int none)
    {
        var last = none;
        for (var t = 0; t < end; t++)
        {
            last = row[t] == token ? t : last;
        }

        return last;
    }

    private static Tensor Tensor(long[][] rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);

    private static List<long> Row(Random random)
    {
        var row = new List<long>();
        for (var document = random.Next(0, 4); document >= 0; document--)
        {
            if (row.Count > 0 || random.Next(4) > 0)
            {
                row.Add(Special.Bos);
            }

            for (var segment = random.Next(0, 5); segment >= 0; segment--)
            {
                if (random.Next(2) == 0)
                {
                    row.AddRange([Special.Soi, .. Enumerable.Repeat((long)Special.Image, TokensPerImage)]);
                }
                else
                {
                    row.AddRange(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (long)random.Next(3, 319)));
                }
            }

            if (random.Next(3) > 0)
            {
                row.Add(Special.Eos);
            }
        }

        return row;
    }
}
