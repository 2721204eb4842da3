using MmiGrains.Model.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>
/// Beam search as the reference's patched one: three times as many candidates as beams are ranked at each step; one that ends
/// the text closes a hypothesis only if it ranks among the first beams. Every closed hypothesis is returned with the
/// end-of-sequence token, even when the begin-of-image token closed it.
/// </summary>
internal sealed class BeamSearch(SpecialTokenIds special, TextOptions options)
{
    private const float Never = -1e9f; // all beams but the first start equal to it, and must not win

    private readonly long[] _endings = [special.Eos, special.Soi];

    public long[][] Run(DecodingRows prompts, int count)
    {
        var beams = options.Beams;
        using var rows = prompts.Fork([.. Enumerable.Range(0, count * beams).Select(i => (long)(i / beams))]);
        var ids = Enumerable.Range(0, count * beams).Select(_ => new long[] { special.Bos }).ToArray();
        var sums = Enumerable.Range(0, count * beams).Select(i => i % beams == 0 ? 0 : Never).ToArray();
        var finished = Enumerable.Range(0, count).Select(_ => new Hypotheses(beams, options.LengthPenalty)).ToArray();
        while (true)
        {
            var scores = LogProbabilities(rows, ids, sums);
            var (parents, tokens) = (new long[ids.Length], new long[ids.Length]);
            for (var row = 0; row < count; row++)
            {
                Extend(row, scores, ids, sums, finished[row], parents, tokens);
            }

            ids = [.. parents.Select((parent, i) => (long[])[.. ids[parent], tokens[i]])];
            if (finished.All(row => row.IsDone) || ids[0].Length > options.MaxNewTokens)
            {
                break;
            }

            rows.SelectRows(parents);
            rows.Step(tokens);
        }

        return Close(count, ids, sums, finished);
    }

    private float[][] LogProbabilities(DecodingRows rows, long[][] ids, float[] sums)
    {
        using var logarithms = rows.NextLogits.to_type(ScalarType.Float32).log_softmax(-1);
        var scores = TextGenerator.Rows(logarithms, ids.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            ScoreRules.Apply(scores[i], ids[i], options, _endings);
            for (var v = 0; v < scores[i].Length; v++)
            {
                scores[i][v] += sums[i];
            }
        }

        return scores;
    }

    private void Extend(int row, float[][] scores, long[][] ids, float[] sums, Hypotheses finished, long[] parents, long[] tokens)
    {
        var (beams, first) = (options.Beams, row * options.Beams);
        if (finished.IsDone)
        {
            for (var i = first; i < first + beams; i++)
            {
                (parents[i], tokens[i], sums[i]) = (first, special.Pad, 0);
            }

            return;
        }

        var candidates = Best(scores, first, beams, beams * (1 + _endings.Length));
        var kept = 0;
        for (var rank = 0; rank < candidates.Count && kept < beams; rank++)
        {
            var (score, beam, token) = candidates[rank];
            if (!_endings.Contains(token))
            {
                (parents[first + kept], tokens[first + kept], sums[first + kept]) = (beam, token, score);
                kept++;
            }
            else if (rank < beams)
            {
                finished.Add(ids[beam], score);
            }
        }

        finished.Update(candidates[0].Score, ids[first].Length + 1);
    }

    // The best candidates of one row over all its beams, best first; of equals, the one that comes first.
    private static List<(float Score, int Beam, long Token)> Best(float[][] scores, int first, int beams, int count)
    {
        var heap = new PriorityQueue<(int Beam, int Token), (float Score, long Order)>();
        for (var beam = first; beam < first + beams; beam++)
        {
            var row = scores[beam];
            for (var token = 0; token < row.Length; token++)
            {
                var priority = (row[token], -(((long)(beam - first) * row.Length) + token));
                if (heap.Count < count)
                {
                    heap.Enqueue((beam, token), priority);
                }
                else if (heap.TryPeek(out _, out var least) && priority.CompareTo(least) > 0)
                {
                    heap.DequeueEnqueue((beam, token), priority);
                }
            }
        }

        var best = new List<(float, int, long)>(count);
        while (heap.TryDequeue(out var candidate, out var priority))
        {
            best.Add((priority.Score, candidate.Beam, candidate.Token));
        }

        best.Reverse();
        return best;
    }

    private long[][] Close(int count, long[][] ids, float[] sums, Hypotheses[] finished)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (!finished[i / options.Beams].IsDone)
            {
                finished[i / options.Beams].Add(ids[i], sums[i]);
            }
        }

        var best = finished.Select(row => row.Best).ToArray();
        var longest = int.Min(best.Max(row => row.Length) + 1, options.MaxNewTokens + 1);
        return [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, longest)
            .Select(i => i < best[row].Length ? best[row][i] : i == best[row].Length ? special.Eos : special.Pad).ToArray())];
    }
}
