using MmiGrains.Kernels.Memory;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>
/// Rows in the middle of decoding: what they have cached, and how far each has come. Tokens are appended and never computed
/// again. Positions count real tokens only, so left padding moves nothing. Owns its tensors.
/// </summary>
public sealed class DecodingRows(MmInterleaved model) : IDisposable
{
    private readonly List<Tensor> _hiddenStates = [];
    private KvCache _cache = new(model.Config.Llm.NumHiddenLayers);
    private Tensor? _mask;
    private VisibleImages? _images;
    private IReadOnlyList<SeenImages>[]? _looks; // of _images, for decode passes

    /// <summary>Tokens per row, padding counted.</summary>
    public long Length => _cache.Length;

    /// <summary>Logits of the token after the last one: [rows, vocabulary].</summary>
    public Tensor NextLogits { get; private set; } = null!;

    /// <summary>The last hidden states of all tokens: [rows, length, hidden]. The caller owns it.</summary>
    public Tensor HiddenStates() => cat(_hiddenStates, 1);

    /// <summary>Appends tokens to every row.</summary>
    /// <param name="tokenIds">[rows, tokens].</param>
    /// <param name="mask">[rows, tokens], 1 where a token is real; null when all are.</param>
    /// <param name="visualTokens">Visual tokens of the images among them; null for none.</param>
    /// <param name="images">All images so far, and which of the new tokens may look at which. Taken over by this object.</param>
    public void Append(Tensor tokenIds, Tensor? mask, Tensor? visualTokens, VisibleImages images)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var added = mask?.to_type(ScalarType.Int64) ?? ones_like(tokenIds);
        var seen = _mask is null ? added : cat([_mask, added], 1);
        var positions = (seen.cumsum(1) - 1).masked_fill(seen == 0, 1).narrow(1, Length, tokenIds.shape[1]);

        Replace(ref _mask, seen);
        ReplaceImages(images);
        Run(model.Embed(tokenIds, visualTokens), positions);
    }

    /// <summary>Appends one token to every row; each sees the images that its row's last token saw.</summary>
    public void Step(ReadOnlySpan<long> tokenIds)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var ids = tensor(tokenIds.ToArray(), [tokenIds.Length, 1], device: _mask!.device);
        var seen = cat([_mask, ones_like(ids)], 1);
        var positions = seen.sum(1, keepdim: true) - 1;

        Replace(ref _mask, seen);
        if (model.DecodePass is { } pass && LooksAtImages) // a decode pass always looks
        {
            Run(pass, model.Embed(ids, null), positions);
        }
        else
        {
            Run(model.Embed(ids, null), positions);
        }
    }

    /// <summary>A copy of the listed rows, which then goes its own way; it does not keep hidden states of before.</summary>
    public DecodingRows Fork(long[] rows)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var index = tensor(rows, device: _mask!.device);
        var last = _images!.Visibility.narrow(1, _images.Visibility.shape[1] - 1, 1);
        return new DecodingRows(model)
        {
            _cache = _cache.Fork(index),
            _mask = _mask.index_select(0, index).DetachFromDisposeScope(),
            _images = new VisibleImages(_images.Memory.SelectRows(index).Detach(), last.index_select(0, index).DetachFromDisposeScope()),
            NextLogits = NextLogits.index_select(0, index).DetachFromDisposeScope(),
        };
    }

    /// <summary>Replaces the rows by those listed, which must have the same prompts in the same places.</summary>
    public void SelectRows(long[] rows)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows, device: _mask!.device);
        _cache.SelectRows(index);
        Replace(ref _mask, _mask.index_select(0, index));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _mask?.Dispose();
        _images?.Memory.Dispose();
        _images?.Visibility.Dispose();
        NextLogits?.Dispose();
        _hiddenStates.ForEach(state => state.Dispose());
    }

    private bool LooksAtImages => model.Config.Ablation.MmfsInLanguageModel;

    private void Run(Tensor embeddings, Tensor positions)
    {
        var hidden = model.Decoder.Forward(new LlamaInput(embeddings)
        {
            KeyMask = _mask,
            PositionIds = positions,
            Images = LooksAtImages ? _images : null,
            Cache = _cache,
        });
        NextLogits?.Dispose();
        NextLogits = model.Logits(hidden.select(1, hidden.shape[1] - 1)).DetachFromDisposeScope();
        _hiddenStates.Add(hidden.DetachFromDisposeScope());
    }

    private void Run(DecodePass pass, Tensor embeddings, Tensor positions)
    {
        var count = (int)embeddings.shape[0];
        _cache.Reserve(1);
        var (at, starts) = (positions.data<long>().ToArray(), Starts());
        var rows = Enumerable.Range(0, count).Select(row => new DecodeRow(
            at[row],
            [.. Enumerable.Range(0, model.Config.Llm.NumHiddenLayers).Select(layer => _cache.NextToken(layer, row, starts[row]))],
            [.. Looks().Select(layer => layer[row])]));
        var hidden = empty([count, 1, embeddings.shape[2]]).DetachFromDisposeScope();
        var logits = empty([count, model.Config.Sequence.VocabSizeTotal]).DetachFromDisposeScope();
        pass.Run(
            [.. rows], TensorPointer.Span<float>(embeddings.contiguous()), TensorPointer.Span<float>(hidden), TensorPointer.Span<float>(logits));
        _cache.Advance(1);

        NextLogits.Dispose();
        NextLogits = logits;
        _hiddenStates.Add(hidden);
    }

    // Left padding: the first token of each row that is real.
    private int[] Starts() => [.. _mask!.argmax(1).data<long>().ToArray().Select(start => (int)start)];

    private IReadOnlyList<SeenImages>[] Looks() => _looks ??=
        [.. model.Decoder.Looks.Zip(_images!.Memory.Layers, (look, images) => look.Mmfs.SeenByLast(images, _images.Visibility))];

    private void ReplaceImages(VisibleImages images)
    {
        _images?.Visibility.Dispose();
        if (!ReferenceEquals(_images?.Memory, images.Memory))
        {
            _images?.Memory.Dispose();
        }

        _images = new VisibleImages(images.Memory.Detach(), images.Visibility.DetachFromDisposeScope());
        _looks = null;
    }

    private static void Replace(ref Tensor? field, Tensor value)
    {
        field?.Dispose();
        field = value.DetachFromDisposeScope();
    }
}
