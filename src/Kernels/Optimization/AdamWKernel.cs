using System.Numerics;
using System.Numerics.Tensors;

namespace MmiGrains.Kernels.Optimization;

/// <summary>
/// What an optimizer step does to a run of numbers, in one pass over memory: AdamW (Loshchilov and Hutter, arXiv 1711.05101), as torch
/// computes it; the squared norm that clipping needs; the moving average of weights.
/// </summary>
public static class AdamWKernel
{
    /// <summary>
    /// w -= rate * decay * w; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²; w -= rate / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon).
    /// The gradient is read scaled and left at zero.
    /// </summary>
    /// <param name="step">Rates of this step.</param>
    /// <param name="weights">w.</param>
    /// <param name="gradient">g before scaling.</param>
    /// <param name="mean">m.</param>
    /// <param name="square">v.</param>
    public static void Update(in AdamWStep step, Span<float> weights, Span<float> gradient, Span<float> mean, Span<float> square)
    {
        var (lanes, i) = (Vector<float>.Count, 0);
        var (scale, kept) = (new Vector<float>(step.GradientScale), new Vector<float>(1 - (step.Rate * step.Decay)));
        var (beta1, rest1) = (new Vector<float>(step.Beta1), new Vector<float>(1 - step.Beta1));
        var (beta2, rest2) = (new Vector<float>(step.Beta2), new Vector<float>(1 - step.Beta2));
        var (move, root, epsilon) = (new Vector<float>(step.Move), new Vector<float>(step.Root), new Vector<float>(step.Epsilon));
        for (; i <= weights.Length - lanes; i += lanes)
        {
            var g = new Vector<float>(gradient[i..]) * scale;
            var m = (new Vector<float>(mean[i..]) * beta1) + (g * rest1);
            var v = (new Vector<float>(square[i..]) * beta2) + (g * g * rest2);
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            ((new Vector<float>(weights[i..]) * kept) - (move * m / ((Vector.SquareRoot(v) * root) + epsilon))).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            var g = gradient[i] * step.GradientScale;
            mean[i] = (mean[i] * step.Beta1) + (g * (1 - step.Beta1));
            square[i] = (square[i] * step.Beta2) + (g * g * (1 - step.Beta2));
            weights[i] = (weights[i] * (1 - (step.Rate * step.Decay))) - (step.Move * mean[i] / ((MathF.Sqrt(square[i]) * step.Root) + step.Epsilon));
        }

        gradient.Clear();
    }

    /// <summary>average = decay * average + (1 - decay) * weights.</summary>
    public static void Average(float decay, ReadOnlySpan<float> weights, Span<float> average) =>
        TensorPrimitives.Lerp(weights, average, decay, average);

    /// <summary>The sum of squares.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> gradient) => TensorPrimitives.SumOfSquares(gradient);
}
