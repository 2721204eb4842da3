using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Generation;

/// <summary>
/// One sequence that grows by text and images, given or generated. Every token passes the language model once, every image the
/// encoder once: keys, values, hidden states and projected images are kept. Owns its tensors.
/// </summary>
public sealed class InterleavedSession(MmInterleaved model) : IDisposable
{
    private readonly SpecialTokenIds _special = model.Config.SpecialTokens;
    private readonly List<long> _ids = [];
    private readonly List<FeaturePyramid> _pyramids = [];
    private readonly DecodingRows _rows = new(model);
    private ImageMemory? _memory;

    /// <summary>All tokens so far.</summary>
    public IReadOnlyList<long> TokenIds => _ids;

    /// <summary>Images so far.</summary>
    public int ImageCount => _pyramids.Count;

    /// <summary>Whether the sequence ends in a begin-of-image token, so that an image must come next.</summary>
    public bool WantsImage => _ids.Count > 0 && _ids[^1] == _special.Soi;

    /// <summary>Appends tokens and the images among them.</summary>
    /// <param name="tokenIds">Ids; each image is a begin-of-image token (perhaps appended before) and its visual tokens.</param>
    /// <param name="pixels">[images, 3, side, side] in 0 to 1, for the visual tokens among the ids; null for none.</param>
    /// <exception cref="ArgumentException">Ids and images do not belong together, or the sequence grows too long.</exception>
    public void Append(IReadOnlyList<long> tokenIds, Tensor? pixels = null)
    {
        if (tokenIds.Count == 0)
        {
            return;
        }

        if (_ids.Count + tokenIds.Count > model.Config.Sequence.MaxLength)
        {
            throw new ArgumentException($"A sequence holds {model.Config.Sequence.MaxLength} tokens; this one would grow to {_ids.Count + tokenIds.Count}.");
        }

        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var batch = Batch([.. _ids, .. tokenIds]);
        var images = pixels is null ? null : model.VisualTokenizer.Encode(pixels);
        var visibility = batch.Visibility().narrow(1, _ids.Count, tokenIds.Count);
        _rows.Append(Row(tokenIds), null, images?.VisualTokens, new VisibleImages(Remember(images), visibility));
        _ids.AddRange(tokenIds);
    }

    /// <summary>
    /// Generates text and appends it, without a closing end-of-sequence token. What a greedy or sampled text has read stays; of beams
    /// the best is read once more.
    /// </summary>
    /// <param name="options">How.</param>
    /// <returns>The generated ids, the closing one included.</returns>
    public long[] GenerateText(TextOptions options)
    {
        var generated = Generate(_rows, options);
        var fed = (int)(_rows.Length - _ids.Count);
        _ids.AddRange(generated[..fed]);
        Append([.. generated[fed..].Where((id, i) => !(id == _special.Eos && fed + i == generated.Length - 1))]);
        return generated;
    }

    /// <summary>Generates text and leaves the sequence as it is.</summary>
    public long[] TryText(TextOptions options)
    {
        using var fork = _rows.Fork([0]);
        return Generate(fork, options);
    }

    /// <summary>Paints the image that the sequence wants, from all that comes before. It is not appended.</summary>
    /// <param name="options">Steps, guidance and sampler.</param>
    /// <param name="seed">Seed of the noise; the same seed paints the same image.</param>
    /// <returns>[1, 3, side, side] in 0 to 1. The caller owns it.</returns>
    public Tensor PaintImage(DenoisingOptions options, long seed)
    {
        if (!WantsImage)
        {
            throw new InvalidOperationException("An image can be painted only where the sequence ends in a begin-of-image token.");
        }

        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var batch = Batch(_ids);
        var decoder = model.ImageDecoder;
        var (contexts, mask) = model.ProjectContexts(batch, _rows.HiddenStates(), [batch.Images.Count - 1]);
        using var noise = new SeededNoise(seed);
        using var denoising = decoder.Begin(decoder.Resampler.Resample(contexts, mask), LookBack(batch), options, noise.Draw);
        return decoder.Decode(denoising.Finish().Latents).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        foreach (var level in _pyramids.SelectMany(pyramid => pyramid.Levels))
        {
            level.Dispose();
        }
    }

    // The artificial first token is not part of the sequence.
    private long[] Generate(DecodingRows rows, TextOptions options)
    {
        var room = model.Config.Sequence.MaxLength - _ids.Count;
        if (room < 1)
        {
            throw new ArgumentException($"A sequence holds {model.Config.Sequence.MaxLength} tokens; this one is full.");
        }

        var ids = new TextGenerator(model).Generate(rows, 1, options with { MaxNewTokens = int.Min(options.MaxNewTokens, room) })[0];
        return ids[1..];
    }

    private ImageMemory Remember(EncodedImages? images)
    {
        if (images is null)
        {
            return _memory ??= model.NoImages(1).Detach();
        }

        var used = images.Pyramid.Select(model.Config.Llm.Mmfs.Levels);
        var added = model.Decoder.ProjectImages(used.Flatten().unsqueeze(0), used.Shapes);
        _memory = (_memory ?? model.NoImages(1)).Append(added).Detach();
        for (var i = 0L; i < images.Pyramid.ImageCount; i++)
        {
            _pyramids.Add(new FeaturePyramid([.. images.Pyramid.Levels.Select(level => level.narrow(0, i, 1).clone().DetachFromDisposeScope())]));
        }

        return _memory;
    }

    private VisibleImages? LookBack(InterleavedBatch batch)
    {
        var seen = batch.PrecedingImages(model.ImageDecoder.ContextImages)[^1];
        if (seen.Length == 0)
        {
            var none = model.Config.ImageDecoder.Mmfs.Levels.Select(side => zeros([1, 0, model.Config.VisionEncoder.HiddenSize, side, side]));
            return model.ImageDecoder.ProjectImages([.. none], zeros([1, 0], ScalarType.Int64));
        }

        var levels = Enumerable.Range(0, _pyramids[0].Levels.Count).Select(l => cat(_pyramids.Select(pyramid => pyramid.Levels[l]).ToArray(), 0));
        var (gathered, mask) = MmInterleaved.GatherPreceding([seen], [.. levels], seen.Length);
        return model.ImageDecoder.ProjectImages(gathered, mask);
    }

    private InterleavedBatch Batch(IReadOnlyList<long> ids) => model.Batch(Row(ids));

    private static Tensor Row(IReadOnlyList<long> ids) => tensor(ids.ToArray(), [1, ids.Count]);
}
