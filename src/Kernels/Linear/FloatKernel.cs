using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over weights that are numbers by themselves.</summary>
internal sealed unsafe class FloatKernel<TCode> : WeightKernel
    where TCode : struct, IFloatCode
{
    public static readonly FloatKernel<TCode> Instance = new();

    public override bool ReadsIntegers => false;

    public override int Multiple => WeightRows.Vector;

    public override long RowBytes(int columns) => TCode.Bytes * (long)WeightRows.RoundUp(columns, Multiple);

    public override void Encode(ReadOnlySpan<float> weights, byte* row) => TCode.Encode(weights, row);

    public override void Decode(byte* row, int columns, float* numbers)
    {
        for (var v = 0; v * WeightRows.Vector < columns; v++)
        {
            TCode.Decode(row, v).Store(numbers + (v * WeightRows.Vector));
        }
    }

    public override void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output) =>
        FloatRows<TCode>.Run(weights, first, count, input, output);
}
