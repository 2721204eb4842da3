using System.Numerics.Tensors;

namespace MmiGrains.Kernels.Rows;

/// <summary>What a decode step does to one row of numbers between two products; too short to be worth more than one thread.</summary>
public static class RowMath
{
    /// <summary>x / sqrt(mean(x^2) + epsilon) * weight (arXiv 1910.07467).</summary>
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, double epsilon, Span<float> output)
    {
        var meanSquare = TensorPrimitives.SumOfSquares(x) / x.Length;
        TensorPrimitives.Multiply(x, 1 / MathF.Sqrt(meanSquare + (float)epsilon), output);
        TensorPrimitives.Multiply(output, weight, output);
    }

    /// <summary>gate = silu(gate) * up, with silu(x) = x / (1 + exp(-x)) (SwiGLU, arXiv 2002.05202); up is overwritten.</summary>
    public static void SwiGlu(Span<float> gate, Span<float> up)
    {
        TensorPrimitives.Multiply(up, gate, up);
        TensorPrimitives.Sigmoid(gate, gate);
        TensorPrimitives.Multiply(gate, up, gate);
    }

    /// <summary>Rotates the heads of one token in place (RoFormer, arXiv 2104.09864, with half rotation).</summary>
    /// <param name="x">[heads * width].</param>
    /// <param name="cos">[width / 2], of the token's position.</param>
    /// <param name="sin">[width / 2].</param>
    public static void Rotate(Span<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        var half = cos.Length;
        for (; x.Length > 0; x = x[(2 * half)..])
        {
            for (var i = 0; i < half; i++)
            {
                var (a, b) = (x[i], x[half + i]);
                (x[i], x[half + i]) = ((a * cos[i]) - (b * sin[i]), (b * cos[i]) + (a * sin[i]));
            }
        }
    }
}
