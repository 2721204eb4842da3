namespace MmiGrains.Kernels.Optimization;

/// <summary>Rates of one AdamW step for one group of parameters.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the mean square.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="Move">Rate / (1 - beta1^t).</param>
/// <param name="Root">1 / sqrt(1 - beta2^t).</param>
/// <param name="GradientScale">What gradients are multiplied by first: clipping, and the share of one of several accumulated batches.</param>
public readonly record struct AdamWStep(
    float Rate, float Decay, float Beta1, float Beta2, float Epsilon, float Move, float Root, float GradientScale)
{
    /// <summary>The rates of step <paramref name="number"/>, counted from 1.</summary>
    public static AdamWStep At(long number, double rate, double decay, double beta1, double beta2, double epsilon, double gradientScale) => new(
        (float)rate, (float)decay, (float)beta1, (float)beta2, (float)epsilon,
        (float)(rate / (1 - Math.Pow(beta1, number))), (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, number))), (float)gradientScale);
}
