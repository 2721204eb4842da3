using MmiGrains.Model.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>What a request must satisfy before an engine takes it.</summary>
/// <param name="config">The model's sizes.</param>
/// <param name="limits">The engine's.</param>
internal sealed class DecodeRules(MmInterleavedConfig config, DecoderOptions limits)
{
    /// <exception cref="CapacityException">It could never run.</exception>
    /// <exception cref="ArgumentException">It is not a sequence of this model.</exception>
    public void Check(DecodeRequest request)
    {
        var options = request.Options;
        options.Check();
        if (options.Beams > 1)
        {
            throw new ArgumentException($"The decoder engine samples or decodes greedily; {options.Beams} beams were asked for.");
        }

        if (request.TokenIds.FirstOrDefault() != config.SpecialTokens.Bos)
        {
            throw new ArgumentException("A sequence starts with the begin-of-sequence token.");
        }

        if (request.GeneratedTokens < 0 || request.GeneratedTokens >= request.TokenIds.Count)
        {
            throw new ArgumentException($"Of {request.TokenIds.Count} tokens {request.GeneratedTokens} are said to be generated.");
        }

        if (request.LookTokens < 1 || request.LookTokens > request.TokenIds.Count)
        {
            throw new ArgumentException($"Of {request.TokenIds.Count} tokens the looks of {request.LookTokens} are asked for.");
        }

        var images = CountImages(request);
        if (images != request.Images.Count)
        {
            throw new ArgumentException($"The sequence holds {images} images; {request.Images.Count} are given.");
        }

        if (request.Images.Count > config.Llm.Mmfs.MaxImages)
        {
            throw CapacityException.TooLarge("images", request.Images.Count, config.Llm.Mmfs.MaxImages);
        }

        if (request.TokenIds.Count + 1 > config.Sequence.MaxLength)
        {
            throw CapacityException.TooLarge("tokens", request.TokenIds.Count + 1, config.Sequence.MaxLength);
        }

        var blocks = MostBlocks(request);
        if (blocks > limits.Blocks)
        {
            throw CapacityException.TooLarge("blocks", blocks, limits.Blocks);
        }
    }

    /// <summary>Blocks of its tokens and of all that it may generate.</summary>
    public int MostBlocks(DecodeRequest request)
    {
        var most = int.Min(request.TokenIds.Count + (request.WantsImage ? 1 : request.Options.MaxNewTokens + 1), config.Sequence.MaxLength);
        return (most + limits.BlockTokens - 1) / limits.BlockTokens;
    }

    // Checks the order of begin-of-image and visual tokens on the way.
    private int CountImages(DecodeRequest request)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(request.TokenIds.ToArray(), [1, request.TokenIds.Count]);
        return new InterleavedBatch(ids, null, config.SpecialTokens, config.Sequence.NumImgToken).ImagesPerRow[0];
    }
}
