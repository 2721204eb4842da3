using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// With g the gradient of the output, and samples s and corners c as in <see cref="ForwardPass{TLanes, TVector, TElement}"/>:
/// <code>
/// dot[s, c]                  = sum over channels of g[b, q, h, :] * values[b, position[s, c], h, :]
/// dweights[s]                = sum over c of bilinear[s, c] * dot[s, c]
/// dlocations[s]              = attention[s] * sum over c of slope of bilinear[s, c] * dot[s, c]
/// dvalues[b, position, h, :] = sum over q, s and c that read it of attention[s] * bilinear[s, c] * g[b, q, h, :]
/// </code>
/// A thread takes one head of one row of the batch at a time, with all its queries in order: no two threads add to the same number, and
/// the sums are the same, bit by bit, whatever the number of threads. Where it pays, values and their gradient, in float32, are read and
/// summed in packed rows: they are 4 KB apart otherwise, where they fall on the same few lines of the cache. All queries take their samples
/// of one run of levels before those of the next, so that its packed rows stay in the second-level cache.
/// </summary>
internal static unsafe class BackwardPass<TLanes, TVector, TElement>
    where TLanes : ILanes<TVector>
    where TVector : struct
    where TElement : unmanaged
{
    /// <param name="inputs">What the forward pass read, packed.</param>
    /// <param name="outputGradient">[batch, queries, heads * channels], contiguous.</param>
    /// <param name="gradients">Where to.</param>
    /// <param name="pool">Who works.</param>
    public static void Run(AttentionInputs inputs, TElement* outputGradient, Gradients gradients, ComputePool pool) =>
        pool.Run(inputs.Shape.Batch * inputs.Shape.Heads, slice =>
            Slice(inputs, slice / inputs.Shape.Heads, slice % inputs.Shape.Heads, outputGradient, gradients));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slice(AttentionInputs inputs, int batch, int head, TElement* outputGradient, Gradients gradients)
    {
        var (shape, padded) = (inputs.Shape, inputs.PaddedChannels);
        var gathers = gradients.Values != 0 && !gradients.AreSummedInPlace;
        var runLength = (long)inputs.MostPositions * padded;
        var valueBytes = inputs.Packs ? Scratch.Aligned(runLength * sizeof(TElement)) : 0;
        var gradientBytes = gathers ? Scratch.Aligned(runLength * sizeof(float)) : 0;
        var rowBytes = Scratch.Aligned(padded * sizeof(float));
        var memory = Scratch.Take(valueBytes + gradientBytes + rowBytes + (inputs.Table.Length * 3L * sizeof(float)));
        var to = (TElement*)gradients.Values + (batch * gradients.BatchStride) + (head * gradients.HeadStride);
        var row = (float*)(memory + valueBytes + gradientBytes);
        new Span<float>(row, padded).Clear();
        foreach (var run in inputs.Runs)
        {
            // Offsets count from the first position of all: a run's rows lie as if those before it were there.
            var rows = inputs.Rows<TElement>(batch, head);
            if (inputs.Packs)
            {
                inputs.Pack(batch, head, run, 0, shape.Queries, (TElement*)memory);
                rows = (TElement*)memory - ((long)run.FirstPosition * padded);
            }

            if (gathers)
            {
                var sums = (float*)(memory + valueBytes);
                new Span<float>(sums, checked(run.Positions * padded)).Clear();
                Queries(inputs, run, batch, head, outputGradient, gradients, rows, sums - ((long)run.FirstPosition * padded), row);
                for (var position = 0; position < run.Positions; position++)
                {
                    ChannelRows.Hand(
                        sums + ((long)position * padded), to + ((run.FirstPosition + position) * gradients.PositionStride), shape.Channels);
                }
            }
            else
            {
                Queries(inputs, run, batch, head, outputGradient, gradients, rows, (float*)to, row);
            }
        }
    }

    // The copies of locations and weights lie behind the row of the output's gradient.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Queries(
        AttentionInputs inputs, SampleRun run, int batch, int head, TElement* outputGradient, Gradients gradients, TElement* rows,
        float* sums, float* row)
    {
        var shape = inputs.Shape;
        var copy = row + (Scratch.Aligned(inputs.PaddedChannels * sizeof(float)) / sizeof(float));
        var locations = inputs.Locations.WithCopy(copy);
        var weights = inputs.Weights.WithCopy(copy + (inputs.Table.Length * 2));
        fixed (int* numbers = inputs.Table.Numbers)
        {
            for (var query = 0; query < shape.Queries; query++)
            {
                var visible = inputs.Visible(batch, query);
                if (visible is not null && visible[run.Group] == 0)
                {
                    continue;
                }

                if (query + 1 < shape.Queries)
                {
                    locations.Fetch(batch, query + 1, head);
                    weights.Fetch(batch, query + 1, head);
                }

                var place = ((((long)batch * shape.Queries) + query) * shape.Heads) + head;
                ChannelRows.Widen(outputGradient + (place * shape.Channels), row, shape.Channels);
                var locationRow = locations.Row(batch, query, head, visible);
                var weightRow = weights.Row(batch, query, head, visible);
                Samples(inputs, run, numbers, locationRow, weightRow, gradients, place, rows, sums, row);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Samples(
        AttentionInputs inputs, SampleRun run, int* numbers, float* locations, float* weights, Gradients gradients, long place,
        TElement* rows, float* sums, float* row)
    {
        var (table, perGroup) = (inputs.Table, inputs.Shape.SamplesPerGroup);
        var firstOfGroup = run.Group * table.PaddedPerGroup;
        Corners corners;
        SampleGradients found;
        for (var sample = run.First; sample < run.End; sample += Corners.Count)
        {
            var first = sample - firstOfGroup;
            var touches = Corners.Locate(&corners, numbers + sample, table.Length, locations + (2 * sample), weights + sample);
            touches &= (1u << Math.Min(perGroup - first, Corners.Count)) - 1;
            for (var left = touches; left != 0; left &= left - 1)
            {
                var lane = BitOperations.TrailingZeroCount(left);
                if (gradients.OfSamples)
                {
                    Dots(rows, &corners, lane, row, inputs.PaddedChannels, found.Dots + lane);
                }

                if (gradients.Values != 0)
                {
                    Scatter(sums, &corners, lane, row, inputs.PaddedChannels);
                }
            }

            if (gradients.OfSamples)
            {
                SampleGradients.Finish(&found, &corners, numbers + sample, table.Length, weights + sample);
                gradients.Put(&found, touches, (((place * inputs.Shape.Groups) + run.Group) * perGroup) + first);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dots(TElement* rows, Corners* corners, int lane, float* row, int channels, float* dots)
    {
        TVector a = default, b = default, c = default, d = default;
        var offsets = corners->Offsets + lane;
        var topLeft = rows + offsets[0];
        var topRight = rows + offsets[Corners.Count];
        var bottomLeft = rows + offsets[2 * Corners.Count];
        var bottomRight = rows + offsets[3 * Corners.Count];
        for (var channel = 0; channel < channels; channel += TLanes.Count)
        {
            var gradient = TLanes.Load(row + channel);
            a = TLanes.MultiplyAdd(gradient, TLanes.Load(topLeft + channel), a);
            b = TLanes.MultiplyAdd(gradient, TLanes.Load(topRight + channel), b);
            c = TLanes.MultiplyAdd(gradient, TLanes.Load(bottomLeft + channel), c);
            d = TLanes.MultiplyAdd(gradient, TLanes.Load(bottomRight + channel), d);
        }

        var totals = Totals(TLanes.Fold(a), TLanes.Fold(b), TLanes.Fold(c), TLanes.Fold(d));
        dots[0] = totals.GetElement(0);
        dots[Corners.Count] = totals.GetElement(1);
        dots[2 * Corners.Count] = totals.GetElement(2);
        dots[3 * Corners.Count] = totals.GetElement(3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(float* sums, Corners* corners, int lane, float* row, int channels)
    {
        var offsets = corners->Offsets + lane;
        var weights = corners->Weights + lane;
        var topLeft = sums + offsets[0];
        var topRight = sums + offsets[Corners.Count];
        var bottomLeft = sums + offsets[2 * Corners.Count];
        var bottomRight = sums + offsets[3 * Corners.Count];
        var (a, b) = (TLanes.Broadcast(weights[0]), TLanes.Broadcast(weights[Corners.Count]));
        var (c, d) = (TLanes.Broadcast(weights[2 * Corners.Count]), TLanes.Broadcast(weights[3 * Corners.Count]));
        for (var channel = 0; channel < channels; channel += TLanes.Count)
        {
            var gradient = TLanes.Load(row + channel);
            Add(a, gradient, topLeft + channel);
            Add(b, gradient, topRight + channel);
            Add(c, gradient, bottomLeft + channel);
            Add(d, gradient, bottomRight + channel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector weight, TVector gradient, float* sums) =>
        TLanes.Store(TLanes.MultiplyAdd(weight, gradient, TLanes.Load(sums)), sums);

    // The sum of each of four vectors: lower halves onto upper ones, then even lanes onto odd ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Totals(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        var ab = (Vector128.Create(a.GetLower(), b.GetLower()) + Vector128.Create(a.GetUpper(), b.GetUpper())).AsUInt64();
        var cd = (Vector128.Create(c.GetLower(), d.GetLower()) + Vector128.Create(c.GetUpper(), d.GetUpper())).AsUInt64();
        return Vector128.Narrow(ab, cd).AsSingle() + Vector128.Narrow(ab >>> 32, cd >>> 32).AsSingle();
    }
}
