using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MmiGrains.Kernels.PagedAttention;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>A sequence in the engine: its tokens, the blocks that hold what they were computed to, and how far that has come.</summary>
internal sealed class DecoderSequence
{
    private readonly List<long> _ids;
    private readonly List<int> _imageStarts = []; // each image's begin-of-image token
    private readonly List<int> _blocks = [];
    private readonly List<UInt128> _keys = []; // of full blocks
    private readonly List<(nint[] Keys, nint[] Values)> _addresses = []; // of the blocks, layer by layer
    private readonly SpecialTokenIds _special;
    private int _addressed; // blocks that those are of

    public DecoderSequence(EngineTask<DecodeRequest, DecoderEvent> span, SpecialTokenIds special)
    {
        (Span, _special, PromptLength) = (span, special, span.Request.TokenIds.Count);
        _ids = [.. span.Request.TokenIds];
        for (var i = 0; i < _ids.Count; i++)
        {
            if (_ids[i] == special.Soi && i + 1 < _ids.Count)
            {
                _imageStarts.Add(i);
            }
        }

        Sampler = new Sampler(span.Request.Options, span.Request.Options.Seed, span.Request.GeneratedTokens);
        Generated = [special.Bos, .. _ids.TakeLast(span.Request.GeneratedTokens)]; // as the reference counts: one artificial first token
    }

    public EngineTask<DecodeRequest, DecoderEvent> Span { get; }

    public Sampler Sampler { get; }

    public List<long> Generated { get; }

    public int PromptLength { get; }

    /// <summary>Prompt tokens that were found computed.</summary>
    public int Reused { get; private set; }

    /// <summary>Tokens so far.</summary>
    public int Length => _ids.Count;

    /// <summary>Tokens whose keys, values and hidden states are there.</summary>
    public int Computed { get; private set; }

    public IReadOnlyList<int> Blocks => _blocks;

    /// <summary>The images, projected; null while the sequence waits.</summary>
    public IReadOnlyList<ImageMemory>? Images { get; set; }

    /// <summary>What a token sees in each layer, by the number of images before it.</summary>
    public Dictionary<int, IReadOnlyList<SeenImages>> Looks { get; } = [];

    /// <summary>When it came, among all.</summary>
    public long Arrival { get; init; }

    /// <summary>Blocks that it may come to hold.</summary>
    public required int MostBlocks { get; init; }

    public long this[int index] => _ids[index];

    public void Add(long id)
    {
        _ids.Add(id);
        Generated.Add(id);
    }

    /// <summary>Appends a begin-of-image token that the model did not choose.</summary>
    public void WantImage() => _ids.Add(_special.Soi);

    /// <summary>Images that a token may look at: those that began before it.</summary>
    public int SeenImageCount(int token) => _imageStarts.Count(start => start < token);

    /// <summary>Of a visual token its image and its place in it.</summary>
    public (int Image, int Place) VisualToken(int token)
    {
        var image = SeenImageCount(token) - 1;
        return (image, token - _imageStarts[image] - 1);
    }

    /// <summary>The first of the tokens whose looks are asked for, else the last: its logits are wanted.</summary>
    private int FirstWanted => _ids.Count - (Span.Request.Looks is null ? 1 : Span.Request.LookTokens);

    /// <summary>Who is told what a token looks at; null for nobody.</summary>
    public LookRecorder? RecorderOf(int token) => token >= FirstWanted ? Span.Request.Looks : null;

    /// <summary>Takes up blocks that hold the beginning of this sequence already. The last tokens are always computed anew: something of them is wanted.</summary>
    public void Reuse(BlockPool pool)
    {
        while ((_blocks.Count + 1) * pool.BlockTokens <= FirstWanted && pool.Reuse(Key(_blocks.Count, pool.BlockTokens)) is >= 0 and var block)
        {
            _blocks.Add(block);
        }

        Computed = _blocks.Count * pool.BlockTokens;
        Reused = int.Max(Reused, int.Min(Computed, PromptLength));
    }

    /// <summary>Takes blocks for so many computed tokens.</summary>
    public void Reserve(BlockPool pool, int tokens)
    {
        while (_blocks.Count * pool.BlockTokens < tokens)
        {
            _blocks.Add(pool.Take());
        }
    }

    /// <summary>Counts tokens as computed and seals the blocks that they fill.</summary>
    public void Advance(BlockPool pool, int tokens)
    {
        var full = Computed / pool.BlockTokens;
        Computed += tokens;
        for (; full < Computed / pool.BlockTokens; full++)
        {
            pool.Seal(_blocks[full], Key(full, pool.BlockTokens));
        }
    }

    /// <summary>Gives all blocks back; what is full stays to be found.</summary>
    public void Release(BlockPool pool)
    {
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            pool.Release(_blocks[i]); // the end first: it is the least likely to be found again
        }

        _blocks.Clear();
        _addresses.Clear();
        (Computed, _addressed) = (0, 0);
    }

    /// <summary>Keys and values of one layer as the kernel reads them for a token.</summary>
    public KvSequence Cache(BlockPool pool, int layer, int token)
    {
        if (_addressed != _blocks.Count)
        {
            _addresses.Clear();
            _addressed = _blocks.Count;
        }

        while (_addresses.Count <= layer)
        {
            var next = _addresses.Count;
            _addresses.Add(([.. _blocks.Select(block => pool.Keys(block, next))], [.. _blocks.Select(block => pool.Values(block, next))]));
        }

        return new KvSequence(_addresses[layer].Keys, _addresses[layer].Values, pool.BlockTokens, 0, token + 1);
    }

    // A block's key is made of the key before it, its tokens and the images that they belong to.
    private UInt128 Key(int block, int blockTokens)
    {
        Span<byte> bytes = stackalloc byte[16];
        while (_keys.Count <= block)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            if (_keys.Count == 0)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(Span.Request.Scope));
            }
            else
            {
                BinaryPrimitives.WriteUInt128LittleEndian(bytes, _keys[^1]);
                hash.AppendData(bytes);
            }

            for (var token = _keys.Count * blockTokens; token < (_keys.Count + 1) * blockTokens; token++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, _ids[token]);
                hash.AppendData(bytes[..8]);
                if (_ids[token] == _special.Image)
                {
                    hash.AppendData(Encoding.UTF8.GetBytes(Span.Request.Images[VisualToken(token).Image].Key));
                }
            }

            _keys.Add(BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset()));
        }

        return _keys[block];
    }
}
