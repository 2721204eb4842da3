using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.PagedAttention;

/// <summary>
/// Attention of one new token to all tokens of its sequence, block by block, for several sequences at once:
/// <code>out[s, h] = sum over t of softmax over t (q[s, h] . key[t, h] / sqrt(width)) * value[t, h]</code>
/// A thread takes one head of one sequence, so that the result does not depend on their number. Keys are read once, then values once.
/// </summary>
public static unsafe class PagedAttentionKernel
{
    private const int Strip = 64; // channels whose sums stay in registers

    [ThreadStatic]
    private static float[]? _scores;

    /// <summary>Attends.</summary>
    /// <param name="pool">Threads.</param>
    /// <param name="queries">[sequences, heads * width], rotated.</param>
    /// <param name="sequences">One for each row; the new token is already among its keys and values.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="output">[sequences, heads * width].</param>
    public static void Attend(ComputePool pool, nint queries, IReadOnlyList<KvSequence> sequences, int heads, int width, nint output)
    {
        foreach (var sequence in sequences)
        {
            if (sequence.Start < 0 || sequence.Start >= sequence.Length || sequence.Length > (long)sequence.KeyBlocks.Length * sequence.BlockTokens
                || sequence.KeyBlocks.Length != sequence.ValueBlocks.Length)
            {
                throw new ArgumentException(
                    $"A sequence of {sequence.Length} tokens, {sequence.Start} of them padding, does not fit {sequence.KeyBlocks.Length} blocks of keys "
                    + $"and {sequence.ValueBlocks.Length} of values with {sequence.BlockTokens} tokens each.");
            }
        }

        pool.Run(sequences.Count * heads, chunk =>
        {
            var offset = chunk * (long)width;
            Head(sequences[chunk / heads], chunk % heads, width, (float*)queries + offset, (float*)output + offset);
        });
    }

    private static void Head(KvSequence sequence, int head, int width, float* q, float* output)
    {
        var count = sequence.Length - sequence.Start;
        if (_scores is null || _scores.Length < count)
        {
            _scores = new float[int.Max(2 * count, 1024)];
        }

        var scores = _scores.AsSpan(0, count);
        fixed (float* weights = scores)
        {
            for (var token = sequence.Start; token < sequence.Length;)
            {
                var (keys, run) = Run(sequence, sequence.KeyBlocks, token, head, width);
                Score(q, keys, run, width, weights + token - sequence.Start);
                token += run;
            }

            TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), scores);
            TensorPrimitives.Multiply(scores, 1 / MathF.Sqrt(width), scores);
            TensorPrimitives.SoftMax(scores, scores);
            new Span<float>(output, width).Clear();
            for (var token = sequence.Start; token < sequence.Length;)
            {
                var (values, run) = Run(sequence, sequence.ValueBlocks, token, head, width);
                Sum(weights + token - sequence.Start, (float*)values, run, width, output);
                token += run;
            }
        }
    }

    // The tokens that lie together in memory from one on.
    private static (nint Address, int Count) Run(KvSequence sequence, nint[] blocks, int token, int head, int width)
    {
        var (block, first) = Math.DivRem(token, sequence.BlockTokens);
        var address = (float*)blocks[block] + ((((long)head * sequence.BlockTokens) + first) * width);
        return ((nint)address, int.Min(sequence.BlockTokens - first, sequence.Length - token));
    }

    // Four keys at a time, so that four sums run beside each other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(float* q, nint keys, int count, int width, float* scores)
    {
        var key = (float*)keys;
        var t = 0;
        for (; t + 4 <= count; t += 4, key += 4 * width)
        {
            float* second = key + width, third = second + width, fourth = third + width;
            Vector512<float> a = default, b = default, c = default, d = default;
            var i = 0;
            for (; i + Vector512<float>.Count <= width; i += Vector512<float>.Count)
            {
                var x = Vector512.Load(q + i);
                a = Vector512.FusedMultiplyAdd(x, Vector512.Load(key + i), a);
                b = Vector512.FusedMultiplyAdd(x, Vector512.Load(second + i), b);
                c = Vector512.FusedMultiplyAdd(x, Vector512.Load(third + i), c);
                d = Vector512.FusedMultiplyAdd(x, Vector512.Load(fourth + i), d);
            }

            scores[t] = Vector512.Sum(a) + Rest(q, key, i, width);
            scores[t + 1] = Vector512.Sum(b) + Rest(q, second, i, width);
            scores[t + 2] = Vector512.Sum(c) + Rest(q, third, i, width);
            scores[t + 3] = Vector512.Sum(d) + Rest(q, fourth, i, width);
        }

        for (; t < count; t++, key += width)
        {
            var sum = Vector512<float>.Zero;
            var i = 0;
            for (; i + Vector512<float>.Count <= width; i += Vector512<float>.Count)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(q + i), Vector512.Load(key + i), sum);
            }

            scores[t] = Vector512.Sum(sum) + Rest(q, key, i, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(float* q, float* key, int from, int width)
    {
        var sum = 0f;
        for (var i = from; i < width; i++)
        {
            sum += q[i] * key[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* weights, float* values, int count, int width, float* output)
    {
        var c = 0;
        for (; c + Strip <= width; c += Strip)
        {
            var (a, b) = (Vector512.Load(output + c), Vector512.Load(output + c + 16));
            var (d, e) = (Vector512.Load(output + c + 32), Vector512.Load(output + c + 48));
            for (var t = 0; t < count; t++)
            {
                var (value, weight) = ((nint)(values + ((long)t * width) + c), Vector512.Create(weights[t]));
                a = Vector512.FusedMultiplyAdd(weight, Vector512.Load((float*)value), a);
                b = Vector512.FusedMultiplyAdd(weight, Vector512.Load((float*)value + 16), b);
                d = Vector512.FusedMultiplyAdd(weight, Vector512.Load((float*)value + 32), d);
                e = Vector512.FusedMultiplyAdd(weight, Vector512.Load((float*)value + 48), e);
            }

            a.Store(output + c);
            b.Store(output + c + 16);
            d.Store(output + c + 32);
            e.Store(output + c + 48);
        }

        for (; c < width; c++)
        {
            for (var t = 0; t < count; t++)
            {
                output[c] += weights[t] * values[((long)t * width) + c];
            }
        }
    }
}
