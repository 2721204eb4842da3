using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>Scores candidate answers to a prompt by their log-probability, as the reference's <c>generate_scores</c>.</summary>
public sealed class CandidateScorer(MmInterleaved model)
{
    /// <summary>Scores candidates. The prompt is read once, whatever their number.</summary>
    /// <param name="prompt">One row.</param>
    /// <param name="images">Its images; null for none.</param>
    /// <param name="candidates">[candidates, tokens], padded on the right.</param>
    /// <param name="mask">[candidates, tokens], 1 where a token counts.</param>
    /// <returns>Sum of log-probabilities per candidate: [candidates].</returns>
    public Tensor Score(InterleavedBatch prompt, EncodedImages? images, Tensor candidates, Tensor mask)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var cache = new KvCache(model.Config.Llm.NumHiddenLayers);
        var visible = model.ProjectImages(prompt, images);
        var read = model.Decoder.Forward(new LlamaInput(model.Embed(prompt.TokenIds, images?.VisualTokens)) { Images = visible, Cache = cache });

        var (count, tokens) = (candidates.shape[0], candidates.shape[1]);
        var rows = zeros([count], dtype: ScalarType.Int64, device: candidates.device);
        cache.SelectRows(rows);
        var last = visible.Visibility.narrow(1, prompt.Length - 1, 1);
        var continued = model.Decoder.Forward(new LlamaInput(model.Embed(candidates, null))
        {
            KeyMask = cat([ones([count, prompt.Length], dtype: ScalarType.Int64), mask], 1),
            Images = new Mmfs.VisibleImages(visible.Memory.SelectRows(rows), last.expand(count, tokens, -1)),
            Cache = cache,
        });

        // Each token is predicted by the hidden state before it; the first by the prompt's last.
        var before = cat([read.narrow(1, prompt.Length - 1, 1).expand(count, 1, -1), continued.narrow(1, 0, tokens - 1)], 1);
        var logarithms = model.Logits(before).to_type(ScalarType.Float32).log_softmax(-1);
        var chosen = logarithms.gather(2, candidates.unsqueeze(2)).squeeze(2);
        return (chosen * mask).sum(1).MoveToOuterDisposeScope();
    }
}
