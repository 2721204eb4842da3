namespace MmiGrains.Model.Imaging;

/// <summary>A resampling filter: an even function that is zero outside its support.</summary>
internal sealed record ResamplingFilter(string Name, double Support, Func<double, double> Weigh)
{
    /// <summary>The mean of the source pixels that an output pixel covers.</summary>
    public static readonly ResamplingFilter Box = new(nameof(Box), 0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0);

    /// <summary>Keys' cubic convolution with a = -0.5.</summary>
    public static readonly ResamplingFilter Bicubic = new(nameof(Bicubic), 2, Cubic);

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((((a + 2) * x) - (a + 3)) * x * x) + 1,
            < 2 => ((((x - 5) * x) + 8) * x - 4) * a,
            _ => 0,
        };
    }
}
