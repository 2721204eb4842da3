namespace MmiGrains.Model.Parity;

/// <summary>How far float32 results may lie from the reference's, as max|a - b| / max(1, max|b|).</summary>
internal static class Tolerances
{
    public const double HalfPrecision = 2e-2;
    public const double Module = 1e-5;
    public const double ModuleGradient = 1e-4;
    public const double Network = 5e-5;
    public const double Sampling = 1e-4;
    public const double DecodedImage = 1e-3;
    public const double Loss = 1e-5;
    public const double GradientNorm = 2e-3;
    public const double UpdateNorm = 1e-3;

    /// <summary>Gradients whose norm is smaller are zero but for rounding, and are not compared.</summary>
    public const double LeastNorm = 1e-6;
}
