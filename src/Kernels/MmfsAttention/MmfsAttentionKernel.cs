using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MmiGrains.Kernels.DeformableAttention.Simd;
using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.MmfsAttention;

/// <summary>
/// The synchronizer's look (MM-Interleaved, arXiv 2401.10208, section 3.2), from projected queries to sums of samples, for inference:
/// <code>
/// u[q, n] = projected[q] + table[order[q, n]], its first part offsets, its second logits
/// share[q, h, n, l, p] = exp(logit) / (1 + sum over n, l, p of exp(logit)), where 1 is exp(0) for looking at nothing
/// out[q, h] = sum over n, l, p of share * sample(values[n, h], reference[q] + offset[h, p] * size[l]) + (1 - sum of shares) * ignore[h]
/// </code>
/// A query's work grows with the samples of the images that it sees: not with their resolution, and not with images that are hidden. Nothing
/// is kept but one query's shares. A thread takes one head for a run of queries, so that the head's values stay in its cache.
/// </summary>
public static unsafe class MmfsAttentionKernel
{
    private const int SamplesPerChunk = 8192; // some 50 microseconds of work

    [ThreadStatic]
    private static float[]? _shares;

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Bmi2.X64.IsSupported;

    /// <summary>Looks.</summary>
    /// <param name="pool">Threads.</param>
    /// <param name="layout">Sizes.</param>
    /// <param name="queries">Where each stands, and what it sees.</param>
    /// <param name="projected">[queries, <see cref="MmfsLayout.QueryWidth"/>].</param>
    /// <param name="table">[orders, <see cref="MmfsLayout.QueryWidth"/>].</param>
    /// <param name="ignore">[heads, channels]: what a query gets for looking at nothing.</param>
    /// <param name="output">[queries, heads, channels].</param>
    public static void Attend(
        ComputePool pool, MmfsLayout layout, IReadOnlyList<MmfsQuery> queries, nint projected, nint table, nint ignore, nint output)
    {
        var images = int.Max(1, queries.Count == 0 ? 0 : queries.Max(query => query.Images.Count));
        var run = int.Clamp(SamplesPerChunk / (layout.Samples * images), 1, int.Max(1, queries.Count));
        var runs = (queries.Count + run - 1) / run;
        pool.Run(layout.Heads * runs, chunk =>
        {
            var (head, first) = (chunk / runs, chunk % runs * run);
            for (var q = first; q < int.Min(first + run, queries.Count); q++)
            {
                var to = (float*)output + (((long)q * layout.Heads) + head) * layout.Channels;
                Query(
                    layout, queries[q], head, (float*)projected + ((long)q * layout.QueryWidth), (float*)table,
                    (float*)ignore + ((long)head * layout.Channels), to);
            }
        });
    }

    private static void Query(MmfsLayout layout, MmfsQuery query, int head, float* projected, float* table, float* ignore, float* output)
    {
        var padded = layout.Table.PaddedPerGroup;
        var length = query.Images.Count * padded;
        if (_shares is null || _shares.Length < length)
        {
            _shares = new float[2 * length];
        }

        var shares = _shares.AsSpan(0, length);
        var ignored = Share(layout, query, head, projected, table, shares);
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            output[channel] = ignored * ignore[channel];
        }

        fixed (int* numbers = layout.Table.Numbers)
        {
            fixed (float* weights = shares)
            {
                for (var n = 0; n < query.Images.Count; n++)
                {
                    Sample(layout, query, n, head, projected, table, numbers, weights + (n * padded), output);
                }
            }
        }
    }

    // One softmax over all that is seen and one slot for nothing; returns that slot's share.
    private static float Share(MmfsLayout layout, MmfsQuery query, int head, float* projected, float* table, Span<float> shares)
    {
        if (shares.Length == 0)
        {
            return 1;
        }

        var (samples, padded) = (layout.Samples, layout.Table.PaddedPerGroup);
        var first = (layout.Heads * layout.Points * 2) + (head * samples);
        for (var n = 0; n < query.Images.Count; n++)
        {
            var added = new ReadOnlySpan<float>(table + ((long)query.Images[n].Order * layout.QueryWidth) + first, samples);
            TensorPrimitives.Add(new ReadOnlySpan<float>(projected + first, samples), added, shares.Slice(n * padded, samples));
            shares.Slice((n * padded) + samples, padded - samples).Fill(float.NegativeInfinity);
        }

        var largest = float.Max(0, TensorPrimitives.Max(shares));
        TensorPrimitives.Subtract(shares, largest, shares);
        TensorPrimitives.Exp(shares, shares);
        var nothing = MathF.Exp(-largest);
        var sum = TensorPrimitives.Sum(shares) + nothing;
        TensorPrimitives.Divide(shares, sum, shares);
        return nothing / sum;
    }

    [SkipLocalsInit]
    private static void Sample(
        MmfsLayout layout, MmfsQuery query, int n, int head, float* projected, float* table, int* numbers, float* shares, float* output)
    {
        var image = query.Images[n];
        var padded = layout.Table.PaddedPerGroup;
        var locations = stackalloc float[2 * padded];
        Locate(layout, query, projected + (head * layout.Points * 2), table + ((long)image.Order * layout.QueryWidth) + (head * layout.Points * 2), locations);

        var rows = (float*)image.Values + (head * image.HeadStride);
        CornerList list;
        Corners corners;
        list.Count = 0;
        for (var sample = 0; sample < padded; sample += Corners.Count)
        {
            var touches = Corners.Locate(&corners, numbers + sample, padded, locations + (2 * sample), shares + sample);
            var nothing = Vector256.Equals(Vector256.Load(shares + sample), Vector256<float>.Zero).ExtractMostSignificantBits();
            CornerList.Append(&list, &corners, touches & ~nothing);
            if (list.Count > CornerList.Capacity - Corners.Count || sample + Corners.Count >= padded)
            {
                CornerChannels.Add(rows, &list, output, layout.Channels);
                list.Count = 0;
            }
        }
    }

    private static void Locate(MmfsLayout layout, MmfsQuery query, float* offsets, float* added, float* locations)
    {
        for (var l = 0; l < layout.Levels.Count; l++)
        {
            var (x, y) = (layout.PerUnit[2 * l], layout.PerUnit[(2 * l) + 1]);
            for (var p = 0; p < layout.Points; p++, locations += 2)
            {
                locations[0] = query.X + ((offsets[2 * p] + added[2 * p]) * x);
                locations[1] = query.Y + ((offsets[(2 * p) + 1] + added[(2 * p) + 1]) * y);
            }
        }

        new Span<float>(locations, 2 * (layout.Table.PaddedPerGroup - layout.Samples)).Clear();
    }
}
