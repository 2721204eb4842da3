using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over block codes, which lie as <see cref="BlockTile{TCode}"/> says.</summary>
internal sealed unsafe class BlockKernel<TCode> : WeightKernel
    where TCode : struct, IBlockCode
{
    public static readonly BlockKernel<TCode> Instance = new();

    public override InputForm FormOf(int rows) => InputForm.Integers;

    public override int ChunkOf(WeightMatrix weights, int rows) => ChunkByBytes(weights);

    public override long RowBytes(int columns) =>
        WeightRows.RoundUp(columns, WeightRows.Group) / WeightRows.Group * (long)(TCode.GroupBytes + BlockScales.GroupBytes);

    public override void Encode(WeightMatrix weights, int row, ReadOnlySpan<float> numbers)
    {
        Span<float> block = stackalloc float[WeightRows.Block];
        Span<int> codes = stackalloc int[WeightRows.Block];
        for (var b = 0; b < WeightRows.RoundUp(numbers.Length, WeightRows.Group) / WeightRows.Block; b++)
        {
            var given = numbers[int.Min(b * WeightRows.Block, numbers.Length)..int.Min((b + 1) * WeightRows.Block, numbers.Length)];
            given.CopyTo(block);
            block[given.Length..].Clear();
            var scale = TCode.Quantise(block, codes);
            var (group, place) = Math.DivRem(b, WeightRows.GroupBlocks);
            BlockTile<TCode>.Scales(weights, row, group)[place] = BitConverter.HalfToUInt16Bits((Half)scale);
            for (var i = 0; i < codes.Length; i++)
            {
                TCode.Put(BlockTile<TCode>.Codes(weights, row, group), place, i, codes[i]);
            }
        }
    }

    public override void Decode(WeightMatrix weights, int row, int start, float* numbers)
    {
        var scales = stackalloc float[WeightRows.GroupBlocks];
        var group = start / WeightRows.Group;
        BlockScales.Load(BlockTile<TCode>.Scales(weights, row, group)).Store(scales);
        for (var i = 0; i < WeightRows.Group; i++)
        {
            var (block, index) = Math.DivRem(i, WeightRows.Block);
            numbers[i] = (TCode.Get(BlockTile<TCode>.Codes(weights, row, group), block, index) - TCode.Zero) * scales[block];
        }
    }

    public override void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output) =>
        BlockRows<TCode>.Run(weights, first, count, input, output);
}
