using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over weights that are numbers by themselves.</summary>
internal sealed unsafe class FloatKernel<TCode> : WeightKernel
    where TCode : struct, IFloatCode
{
    private const int FewRows = 64; // up to here reading and decoding weights once is worth more than sums that stay in registers

    public static readonly FloatKernel<TCode> Instance = new();

    public override InputForm FormOf(int rows) => rows > FewRows ? InputForm.Tiles : InputForm.Rows;

    public override int ChunkOf(WeightMatrix weights, int rows) => rows > FewRows ? Panel.Width : ChunkByBytes(weights);

    public override long RowBytes(int columns) => TCode.Bytes * (long)WeightRows.RoundUp(columns, WeightRows.Vector);

    public override void Encode(WeightMatrix weights, int row, ReadOnlySpan<float> numbers) => TCode.Encode(numbers, weights.Row(row));

    public override void Decode(WeightMatrix weights, int row, int start, float* numbers)
    {
        var first = start / WeightRows.Vector;
        for (var v = first; v < first + (WeightRows.Group / WeightRows.Vector) && v * WeightRows.Vector < weights.Inputs; v++, numbers += WeightRows.Vector)
        {
            TCode.Decode(weights.Row(row), v).Store(numbers);
        }
    }

    public override void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output)
    {
        if (input.Rows > FewRows)
        {
            PanelProduct<TCode>.Run(weights, first, count, input, output);
        }
        else
        {
            FloatRows<TCode>.Run(weights, first, count, input, output);
        }
    }
}
