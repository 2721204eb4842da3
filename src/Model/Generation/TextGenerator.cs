using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>
/// Generates text after a prompt, as the reference does: each row's ids start with one artificial begin-of-sequence token that
/// is returned but never fed; a row ends with the end-of-sequence or the begin-of-image token.
/// </summary>
public sealed class TextGenerator(MmInterleaved model)
{
    private readonly SpecialTokenIds _special = model.Config.SpecialTokens;

    /// <summary>Generates for a batch of prompts.</summary>
    /// <param name="prompt">Rows, padded on the left.</param>
    /// <param name="images">Their images; null for none.</param>
    /// <param name="options">How.</param>
    /// <returns>Ids of each row, the artificial token first, padded to one length: [rows, longest].</returns>
    public long[][] Generate(InterleavedBatch prompt, EncodedImages? images, TextOptions options)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var rows = Prefill(prompt, images);
        return Generate(rows, (int)prompt.Rows, options);
    }

    /// <summary>Reads a batch of prompts.</summary>
    public DecodingRows Prefill(InterleavedBatch prompt, EncodedImages? images)
    {
        var rows = new DecodingRows(model);
        rows.Append(prompt.TokenIds, prompt.AttentionMask, images?.VisualTokens, model.ProjectImages(prompt, images));
        return rows;
    }

    /// <summary>Generates after what rows have read already; they are left with the generated tokens appended, but for the last one.</summary>
    public long[][] Generate(DecodingRows rows, int count, TextOptions options)
    {
        options.Check();
        return options.Beams > 1 ? new BeamSearch(_special, options).Run(rows, count) : Decode(rows, count, options);
    }

    private long[][] Decode(DecodingRows rows, int count, TextOptions options)
    {
        long[] endings = [_special.Eos, _special.Soi];
        var samplers = Enumerable.Range(0, count).Select(row => new Sampler(options, options.Seed + row)).ToArray();
        var ids = Enumerable.Range(0, count).Select(_ => new List<long> { _special.Bos }).ToArray();
        var finished = new bool[count];
        while (true)
        {
            var scores = Rows(rows.NextLogits, count);
            var next = new long[count];
            for (var row = 0; row < count; row++)
            {
                next[row] = _special.Pad;
                if (!finished[row])
                {
                    ScoreRules.Apply(scores[row], ids[row], options, endings);
                    next[row] = samplers[row].Choose(scores[row]);
                    finished[row] = endings.Contains(next[row]);
                }

                ids[row].Add(next[row]);
            }

            if (finished.All(done => done) || ids[0].Count > options.MaxNewTokens)
            {
                return [.. ids.Select(row => row.ToArray())];
            }

            rows.Step(next);
        }
    }

    /// <summary>[rows, vocabulary] as one array per row.</summary>
    internal static float[][] Rows(Tensor scores, int count)
    {
        using var plain = scores.to_type(ScalarType.Float32).cpu().contiguous();
        var all = plain.data<float>().ToArray();
        return [.. all.Chunk(all.Length / count)];
    }
}
