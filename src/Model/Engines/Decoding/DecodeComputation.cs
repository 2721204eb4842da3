using MmiGrains.Kernels.Memory;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>What a decoder's step computes: tokens of several sequences through the language model, over their blocks.</summary>
/// <param name="model">The model, ready for inference.</param>
/// <param name="pool">The blocks.</param>
internal sealed class DecodeComputation(MmInterleaved model, BlockPool pool) : IDisposable
{
    private readonly ImageMemory _noImages = NoImages(model);

    /// <summary>Computes pieces of sequences; keys, values and hidden states go to their blocks.</summary>
    /// <returns>For each piece the logits after its last token.</returns>
    public float[][] Run(IReadOnlyList<(DecoderSequence Sequence, int First, int Count)> pieces)
    {
        using var scope = NewDisposeScope();
        var (hidden, vocabulary) = (model.Config.Llm.HiddenSize, model.Config.Sequence.VocabSizeTotal);
        var tokens = pieces.SelectMany(piece => Enumerable.Range(piece.First, piece.Count).Select(token => (piece.Sequence, Token: token))).ToArray();
        var embeddings = Embed(tokens);
        var (states, logits) = (new float[tokens.Length * hidden], new float[tokens.Length * vocabulary]);
        model.DecodePass!.Run([.. tokens.Select(token => Row(token.Sequence, token.Token))], TensorPointer.Span<float>(embeddings), states, logits);
        for (var i = 0; i < tokens.Length; i++)
        {
            var (block, place) = Math.DivRem(tokens[i].Token, pool.BlockTokens);
            states.AsSpan(i * hidden, hidden).CopyTo(pool.HiddenState(tokens[i].Sequence.Blocks[block], place));
        }

        var end = 0;
        return [.. pieces.Select(piece => logits.AsSpan(((end += piece.Count) - 1) * vocabulary, vocabulary).ToArray())];
    }

    /// <summary>What an image is painted from: hidden states from the document's beginning to the begin-of-image token, newest first, resampled.</summary>
    public float[] ImagePrompt(DecoderSequence sequence)
    {
        using var scope = NewDisposeScope();
        var hidden = model.Config.Llm.HiddenSize;
        var reversed = empty([1, sequence.Length, hidden], ScalarType.Float32); // libtorch's own memory: products of numbers that begin elsewhere in a line of the cache differ in the last bit
        var states = TensorPointer.Span<float>(reversed);
        for (var token = 0; token < sequence.Length; token++)
        {
            var (block, place) = Math.DivRem(token, pool.BlockTokens);
            pool.HiddenState(sequence.Blocks[block], place).CopyTo(states[((sequence.Length - 1 - token) * hidden)..]);
        }

        var contexts = model.ProjectContexts(reversed);
        return model.ImageDecoder.Resampler.Resample(contexts, ones([1, sequence.Length], ScalarType.Int64)).contiguous().data<float>().ToArray();
    }

    public void Dispose() => _noImages.Dispose();

    private Tensor Embed((DecoderSequence Sequence, int Token)[] tokens)
    {
        var image = model.Config.SpecialTokens.Image;
        var visual = tokens.Where(token => token.Sequence[token.Token] == image).Select(token =>
        {
            var (index, place) = token.Sequence.VisualToken(token.Token);
            return token.Sequence.Span.Request.Images[index].Features.VisualTokens.narrow(1, place, 1);
        }).ToArray();
        var ids = tensor(tokens.Select(token => token.Sequence[token.Token]).ToArray(), [1, tokens.Length]);
        return model.Embed(ids, visual.Length == 0 ? null : cat(visual, 1)).contiguous();
    }

    private DecodeRow Row(DecoderSequence sequence, int token) => new(
        token,
        [.. Enumerable.Range(0, model.Config.Llm.NumHiddenLayers).Select(layer => sequence.Cache(pool, layer, token))],
        model.Config.Ablation.MmfsInLanguageModel ? Looks(sequence, sequence.SeenImageCount(token)) : null,
        sequence.RecorderOf(token));

    private IReadOnlyList<SeenImages> Looks(DecoderSequence sequence, int images)
    {
        if (!sequence.Looks.TryGetValue(images, out var looks))
        {
            sequence.Looks[images] = looks = [.. model.Decoder.Looks.Select((look, layer) =>
                look.Mmfs.See([.. sequence.Images!.Take(images).Select(memory => memory.Layers[layer])], _noImages.Layers[layer]))];
        }

        return looks;
    }

    private static ImageMemory NoImages(MmInterleaved model)
    {
        using var quiet = no_grad();
        return model.NoImages(1).Detach();
    }
}
