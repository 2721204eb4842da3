using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.PagedAttention;
using MmiGrains.Kernels.Threading;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Tests.PagedAttention;

public class AttendTests
{
    [Theory]
    [InlineData(1, 1, 16, 0, 1)]
    [InlineData(3, 5, 4, 2, 11)]
    [InlineData(2, 64, 16, 0, 33)]
    [InlineData(4, 80, 8, 7, 8)]
    [InlineData(2, 128, 32, 1, 100)]
    public void It_is_softmax_attention_to_the_tokens_that_count(int heads, int width, int blockTokens, int start, int length)
    {
        using var scope = NewDisposeScope();
        manual_seed(heads + width);
        var (keys, values, query) = (randn(heads, length, width), randn(heads, length, width), randn(heads, width) * 2);
        var (k, v) = (keys.narrow(1, start, length - start), values.narrow(1, start, length - start));
        var weights = (k.matmul(query.unsqueeze(2)).squeeze(2) / Math.Sqrt(width)).softmax(-1);
        var expected = (weights.unsqueeze(2) * v).sum(1);

        var (keyBlocks, valueBlocks) = (Blocks(keys, blockTokens), Blocks(values, blockTokens));
        var sequence = new KvSequence(Addresses(keyBlocks), Addresses(valueBlocks), blockTokens, start, length);
        foreach (var threads in new[] { 1, 3 })
        {
            using var pool = new ComputePool(threads);
            var output = full([2, heads, width], float.NaN);
            PagedAttentionKernel.Attend(
                pool, TensorPointer.Of<float>(stack([query, query], 0)), [sequence, sequence], heads, width, TensorPointer.Of<float>(output));
            Assert.True(output[0].allclose(expected, 1e-5, 1e-6));
            Assert.True(output[1].equal(output[0]).all().item<bool>());
        }
    }

    [Fact]
    public void The_last_token_is_written_where_it_is_read()
    {
        using var scope = NewDisposeScope();
        var (keys, values) = (Blocks(zeros(2, 5, 3), 2), Blocks(zeros(2, 5, 3), 2));
        var sequence = new KvSequence(Addresses(keys), Addresses(values), 2, 0, 4);
        sequence.PutLast([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], 3);
        Assert.Equal([0, 0, 0, 1, 2, 3, 0, 0, 0, 4, 5, 6], keys[1].data<float>().ToArray());
        Assert.Equal([0, 0, 0, 7, 8, 9, 0, 0, 0, 10, 11, 12], values[1].data<float>().ToArray());
        Assert.Equal(0, keys[0].abs().sum().item<float>());
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, 9)]
    public void A_sequence_that_does_not_fit_its_blocks_is_refused(int start, int length)
    {
        var sequence = new KvSequence([0, 0], [0, 0], 4, start, length);
        var e = Assert.Throws<ArgumentException>(() => PagedAttentionKernel.Attend(ComputePool.Shared, 0, [sequence], 1, 8, 0));
        Assert.StartsWith($"A sequence of {length} tokens, {start} of them padding, does not fit 2 blocks", e.Message, StringComparison.Ordinal);
    }

    // [heads, tokens, width] as blocks [heads, block tokens, width]; what the last one has too much is NaN.
    private static Tensor[] Blocks(Tensor tokens, int blockTokens)
    {
        var missing = (blockTokens - (tokens.shape[1] % blockTokens)) % blockTokens;
        var filled = cat([tokens, full([tokens.shape[0], missing, tokens.shape[2]], float.NaN)], 1);
        return [.. filled.split(blockTokens, 1).Select(block => block.contiguous())];
    }

    private static nint[] Addresses(Tensor[] blocks) => [.. blocks.Select(TensorPointer.Of<float>)];
}
