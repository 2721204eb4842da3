using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over block codes. A row holds the codes of all its groups, then their scales in half precision.</summary>
internal sealed unsafe class BlockKernel<TCode> : WeightKernel
    where TCode : struct, IBlockCode
{
    public static readonly BlockKernel<TCode> Instance = new();

    public override InputForm FormOf(int rows) => InputForm.Integers;

    public override int ChunkOf(WeightMatrix weights, int rows) => ChunkByBytes(weights);

    public override long RowBytes(int columns) => WeightRows.ToCacheLines((long)Groups(columns) * (TCode.GroupBytes + BlockScales.GroupBytes));

    public override void Encode(ReadOnlySpan<float> weights, byte* row)
    {
        Span<float> block = stackalloc float[WeightRows.Block];
        Span<int> codes = stackalloc int[WeightRows.Block];
        for (var b = 0; b < Groups(weights.Length) * WeightRows.GroupBlocks; b++)
        {
            var given = weights[int.Min(b * WeightRows.Block, weights.Length)..int.Min((b + 1) * WeightRows.Block, weights.Length)];
            given.CopyTo(block);
            block[given.Length..].Clear();
            var scale = TCode.Quantise(block, codes);
            Scales(row, weights.Length)[b] = BitConverter.HalfToUInt16Bits((Half)scale);
            for (var i = 0; i < codes.Length; i++)
            {
                TCode.Put(row + (b / WeightRows.GroupBlocks * TCode.GroupBytes), b % WeightRows.GroupBlocks, i, codes[i]);
            }
        }
    }

    public override void Decode(byte* row, int columns, int start, float* numbers)
    {
        var pairs = stackalloc int[WeightRows.Group / 2];
        var scales = stackalloc float[WeightRows.GroupBlocks];
        var group = start / WeightRows.Group;
        BlockScales.Load(Scales(row, columns) + (group * WeightRows.GroupBlocks)).Store(scales);
        for (var step = 0; step < WeightRows.Block / 2; step++)
        {
            var codes = TCode.Decode(row + (group * TCode.GroupBytes), step / 4, step % 4) - Vector512.Create((short)TCode.Zero);
            codes.Store((short*)pairs + (step * WeightRows.Block));
        }

        for (var block = 0; block < WeightRows.GroupBlocks; block++, numbers += WeightRows.Block)
        {
            for (var step = 0; step < WeightRows.Block / 2; step++)
            {
                var pair = pairs[(step * WeightRows.GroupBlocks) + block];
                numbers[2 * step] = (short)pair * scales[block];
                numbers[(2 * step) + 1] = (pair >> 16) * scales[block];
            }
        }
    }

    public override void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output) =>
        BlockRows<TCode>.Run(weights, first, count, input, output);

    private static int Groups(int columns) => WeightRows.RoundUp(columns, WeightRows.Group) / WeightRows.Group;

    private static ushort* Scales(byte* row, int columns) => (ushort*)(row + ((long)Groups(columns) * TCode.GroupBytes));
}
