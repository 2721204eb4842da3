namespace MmiGrains.Kernels.PagedAttention;

/// <summary>
/// Where one sequence's keys and values of one layer lie: in blocks of tokens, each [heads, tokens of a block, head width], float32. A
/// sequence in one piece of memory is one large block.
/// </summary>
/// <param name="KeyBlocks">Addresses of the blocks of keys, in order.</param>
/// <param name="ValueBlocks">Addresses of the blocks of values.</param>
/// <param name="BlockTokens">Tokens that a block has room for.</param>
/// <param name="Start">The first token that counts; those before it are padding.</param>
/// <param name="Length">Tokens so far, padding counted.</param>
public readonly record struct KvSequence(nint[] KeyBlocks, nint[] ValueBlocks, int BlockTokens, int Start, int Length)
{
    /// <summary>Writes the key and the value of the last token.</summary>
    /// <param name="key">[heads * width], rotated.</param>
    /// <param name="value">[heads * width].</param>
    /// <param name="width">Channels of a head.</param>
    public unsafe void PutLast(ReadOnlySpan<float> key, ReadOnlySpan<float> value, int width)
    {
        var (block, token) = Math.DivRem(Length - 1, BlockTokens);
        for (var head = 0; head < key.Length / width; head++)
        {
            var offset = (((long)head * BlockTokens) + token) * width;
            key.Slice(head * width, width).CopyTo(new Span<float>((float*)KeyBlocks[block] + offset, width));
            value.Slice(head * width, width).CopyTo(new Span<float>((float*)ValueBlocks[block] + offset, width));
        }
    }
}
