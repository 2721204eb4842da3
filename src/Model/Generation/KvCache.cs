using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.PagedAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>
/// Attention keys and values of every layer, for rows that grow together. Room doubles when it runs out, so that appending a
/// token copies that token only. Owns its tensors; not for tensors that need gradients.
/// </summary>
public sealed class KvCache(int layers) : IDisposable
{
    private readonly Tensor?[] _keys = new Tensor?[layers];
    private readonly Tensor?[] _values = new Tensor?[layers];

    /// <summary>Tokens per row, padding counted.</summary>
    public long Length { get; private set; }

    /// <summary>Puts the new tokens of one layer behind the old ones.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="keys">[rows, heads, new tokens, head width], rotated.</param>
    /// <param name="values">[rows, heads, new tokens, head width].</param>
    /// <returns>All keys and values so far, as views.</returns>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values) =>
        (Append(ref _keys[layer], keys), Append(ref _values[layer], values));

    /// <summary>Counts the tokens that every layer has now appended.</summary>
    public void Advance(long tokens) => Length += tokens;

    /// <summary>One layer's keys and values, as views.</summary>
    public (Tensor Keys, Tensor Values) Read(int layer) => (_keys[layer]!.narrow(2, 0, Length), _values[layer]!.narrow(2, 0, Length));

    /// <summary>Makes room for more tokens in every layer; there must be some already.</summary>
    public void Reserve(long tokens)
    {
        foreach (var store in new[] { _keys, _values })
        {
            for (var i = 0; i < store.Length; i++)
            {
                MakeRoom(ref store[i], store[i]!, Length + tokens);
            }
        }
    }

    /// <summary>One row of one layer as kernels see it, with the next token counted; <see cref="Reserve"/> made room for it.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="row">Index of the row.</param>
    /// <param name="start">The row's first token that is not padding.</param>
    public KvSequence NextToken(int layer, int row, int start)
    {
        var (keys, values) = (_keys[layer]!, _values[layer]!);
        var offset = (nint)(sizeof(float) * row * keys.stride(0));
        return new KvSequence(
            [TensorPointer.Of<float>(keys) + offset], [TensorPointer.Of<float>(values) + offset], (int)keys.shape[2], start, (int)Length + 1);
    }

    /// <summary>Replaces the rows by those listed: beam search keeps some, repeats some and drops some.</summary>
    /// <param name="rows">int64 indices of the rows to keep, in their new order.</param>
    public void SelectRows(Tensor rows)
    {
        foreach (var store in new[] { _keys, _values })
        {
            for (var i = 0; i < store.Length; i++)
            {
                using var old = store[i];
                store[i] = old?.index_select(0, rows).DetachFromDisposeScope();
            }
        }
    }

    /// <summary>A copy of the listed rows, which then goes its own way.</summary>
    public KvCache Fork(Tensor rows)
    {
        var fork = new KvCache(_keys.Length) { Length = Length };
        for (var i = 0; i < _keys.Length && Length > 0; i++)
        {
            var (keys, values) = Read(i);
            (fork._keys[i], fork._values[i]) = (keys.index_select(0, rows).DetachFromDisposeScope(), values.index_select(0, rows).DetachFromDisposeScope());
            keys.Dispose();
            values.Dispose();
        }

        return fork;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (IEnumerable<Tensor?>)[.. _keys, .. _values])
        {
            tensor?.Dispose();
        }
    }

    private Tensor Append(ref Tensor? store, Tensor added)
    {
        var needed = Length + added.shape[2];
        MakeRoom(ref store, added, needed);
        using (var room = store!.narrow(2, Length, added.shape[2]))
        {
            room.copy_(added);
        }

        return store.narrow(2, 0, needed);
    }

    private void MakeRoom(ref Tensor? store, Tensor like, long needed)
    {
        if (store is null || store.shape[2] < needed)
        {
            store = Grow(store, like, long.Max(needed, 2 * Length));
        }
    }

    private Tensor Grow(Tensor? store, Tensor like, long capacity)
    {
        var grown = empty([like.shape[0], like.shape[1], capacity, like.shape[3]], dtype: like.dtype, device: like.device).DetachFromDisposeScope();
        if (store is not null)
        {
            using var from = store.narrow(2, 0, Length);
            using var to = grown.narrow(2, 0, Length);
            to.copy_(from);
            store.Dispose();
        }

        return grown;
    }
}
