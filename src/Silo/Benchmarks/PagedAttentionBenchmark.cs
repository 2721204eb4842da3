using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.PagedAttention;
using MmiGrains.Kernels.Threading;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>
/// One new token over blocks of keys and values, against libtorch's attention over the same in one piece, which the blocks would first have
/// to be gathered into; that is not counted.
/// </summary>
internal static class PagedAttentionBenchmark
{
    private const int Heads = 32, Width = 64, BlockTokens = 32;

    public static IEnumerable<BenchmarkRow> Run()
    {
        foreach (var (sequences, length) in new[] { (1, 64), (1, 1024), (8, 256), (8, 1024) })
        {
            using var quiet = inference_mode();
            using var scope = NewDisposeScope();
            manual_seed(4);
            var (query, output) = (randn(sequences, Heads, 1, Width), empty(sequences, Heads, 1, Width));
            var (keys, values) = (randn(sequences, Heads, length, Width), randn(sequences, Heads, length, Width));
            using var blocks = new NativeBuffer(2L * sizeof(float) * keys.numel());
            var paged = Enumerable.Range(0, sequences).Select(s => Blocks(blocks, keys, values, s, length)).ToArray();
            var times = Stopwatches.InTurn(
                41,
                () => PagedAttentionKernel.Attend(ComputePool.Shared, TensorPointer.Of<float>(query), paged, Heads, Width, TensorPointer.Of<float>(output)),
                () => nn.functional.scaled_dot_product_attention(query, keys, values).Dispose());
            yield return new(
                "one token over blocks of keys and values", $"{sequences} sequences, {length} tokens", times[0] * 1e6, "us", times[1] * 1e6, times[1] / times[0]);
        }
    }

    // Blocks lie in reverse, so that nothing is in one piece by accident.
    private static unsafe KvSequence Blocks(NativeBuffer memory, Tensor keys, Tensor values, int sequence, int length)
    {
        var count = length / BlockTokens;
        var size = (long)Heads * BlockTokens * Width;
        nint Block(int index) => (nint)(memory.Floats + (((2L * sequence * count) + (2 * count) - 1 - index) * size));
        nint[] keyBlocks = [.. Enumerable.Range(0, count).Select(Block)], valueBlocks = [.. Enumerable.Range(count, count).Select(Block)];
        for (var block = 0; block < count; block++)
        {
            Copy(keys[sequence].narrow(1, block * BlockTokens, BlockTokens), keyBlocks[block]);
            Copy(values[sequence].narrow(1, block * BlockTokens, BlockTokens), valueBlocks[block]);
        }

        return new KvSequence(keyBlocks, valueBlocks, BlockTokens, 0, length);
    }

    private static unsafe void Copy(Tensor from, nint to)
    {
        var numbers = from.contiguous();
        TensorPointer.Span<float>(numbers).CopyTo(new Span<float>((float*)to, (int)numbers.numel()));
    }
}
