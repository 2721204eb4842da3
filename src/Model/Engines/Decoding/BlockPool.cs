using MmiGrains.Kernels.Memory;
using MmiGrains.Model.Llama;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>
/// Blocks of some tokens' attention keys, values and last hidden states, in one piece of native memory. A full block is sealed with a key
/// that stands for all tokens and images up to its end. Released, it keeps what it holds until its memory is wanted, least recently used
/// first; until then a sequence that begins the same way takes it up again (vLLM's automatic prefix caching). For one thread.
/// </summary>
public sealed unsafe class BlockPool : IDisposable
{
    private readonly NativeBuffer _memory;
    private readonly long _floatsPerBlock;
    private readonly long _floatsPerSide; // keys, or values, of one layer
    private readonly int _layers;
    private readonly int _hidden;
    private readonly int[] _holders;
    private readonly UInt128?[] _keys;
    private readonly Stack<int> _empty;
    private readonly LinkedList<int> _kept = new(); // released but sealed, least recently used first
    private readonly LinkedListNode<int>[] _nodes;
    private readonly Dictionary<UInt128, int> _byKey = [];

    /// <param name="config">The language model.</param>
    /// <param name="blockTokens">Tokens of a block.</param>
    /// <param name="blocks">Blocks.</param>
    public BlockPool(LlamaConfig config, int blockTokens, int blocks)
    {
        (BlockTokens, Count, _layers, _hidden) = (blockTokens, blocks, config.NumHiddenLayers, config.HiddenSize);
        _floatsPerSide = (long)blockTokens * config.HiddenSize;
        _floatsPerBlock = _floatsPerSide * ((2 * _layers) + 1);
        _memory = new NativeBuffer(_floatsPerBlock * sizeof(float) * blocks);
        (_holders, _keys) = (new int[blocks], new UInt128?[blocks]);
        _nodes = [.. Enumerable.Range(0, blocks).Select(block => new LinkedListNode<int>(block))];
        _empty = new Stack<int>(Enumerable.Range(0, blocks).Reverse());
    }

    /// <summary>Tokens of a block.</summary>
    public int BlockTokens { get; }

    /// <summary>All blocks.</summary>
    public int Count { get; }

    /// <summary>Blocks that nobody holds, those included that still keep something.</summary>
    public int FreeCount => _empty.Count + _kept.Count;

    /// <summary>Bytes of all blocks.</summary>
    public long ByteCount => _memory.ByteCount;

    /// <summary>Takes a block that nobody holds; what it kept is forgotten.</summary>
    /// <exception cref="InvalidOperationException">Somebody holds each.</exception>
    public int Take()
    {
        if (!_empty.TryPop(out var block))
        {
            var oldest = _kept.First ?? throw new InvalidOperationException($"All {Count} blocks are held: a sequence takes more than was reserved for it.");
            block = oldest.Value;
            _kept.Remove(oldest);
            _byKey.Remove(_keys[block]!.Value);
            _keys[block] = null;
        }

        _holders[block] = 1;
        return block;
    }

    /// <summary>Takes up the block of a key, which others may hold too.</summary>
    /// <returns>The block; -1 when there is none.</returns>
    public int Reuse(UInt128 key)
    {
        if (!_byKey.TryGetValue(key, out var block))
        {
            return -1;
        }

        if (_holders[block]++ == 0)
        {
            _kept.Remove(_nodes[block]);
        }

        return block;
    }

    /// <summary>Says that a block is full and what for. Where another holds the same already, that one stays the one that is found.</summary>
    public void Seal(int block, UInt128 key)
    {
        if (_keys[block] is null && _byKey.TryAdd(key, block))
        {
            _keys[block] = key;
        }
    }

    /// <summary>Gives a block back.</summary>
    public void Release(int block)
    {
        if (--_holders[block] > 0)
        {
            return;
        }

        if (_keys[block] is null)
        {
            _empty.Push(block);
        }
        else
        {
            _kept.AddLast(_nodes[block]);
        }
    }

    /// <summary>Where a block's keys of a layer lie: [heads, tokens, head width].</summary>
    public nint Keys(int block, int layer) => (nint)(_memory.Floats + (block * _floatsPerBlock) + (2 * layer * _floatsPerSide));

    /// <summary>Where a block's values of a layer lie.</summary>
    public nint Values(int block, int layer) => Keys(block, layer) + (nint)(_floatsPerSide * sizeof(float));

    /// <summary>A token's last hidden state.</summary>
    public Span<float> HiddenState(int block, int token) =>
        new(_memory.Floats + (block * _floatsPerBlock) + (2 * _layers * _floatsPerSide) + ((long)token * _hidden), _hidden);

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
