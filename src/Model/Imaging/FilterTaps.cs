namespace MmiGrains.Model.Imaging;

/// <summary>
/// Along one axis, which source pixels make up each output pixel and with what weights, in fixed point.
/// The roundings are Pillow's: weights normalised in double precision, then rounded away from zero to 22 fractional bits.
/// </summary>
internal sealed class FilterTaps
{
    /// <summary>32 bits less 8 for the pixel and 2 for the sum, which overshoots where weights are negative.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    private FilterTaps(int count, int longest)
    {
        Count = count;
        Longest = longest;
        Starts = new int[count];
        Lengths = new int[count];
        Weights = new int[count * longest];
    }

    /// <summary>Output pixels.</summary>
    public int Count { get; }

    /// <summary>Room for weights of each output pixel; those past its length are zero.</summary>
    public int Longest { get; }

    /// <summary>First source pixel of each output pixel; never decreases.</summary>
    public int[] Starts { get; }

    /// <summary>How many source pixels each output pixel reads.</summary>
    public int[] Lengths { get; }

    /// <summary>Weights of output pixel i from i x <see cref="Longest"/> on; they sum to about 2^22.</summary>
    public int[] Weights { get; }

    /// <summary>The first source pixel that any output pixel reads.</summary>
    public int FirstSource => Starts[0];

    /// <summary>One past the last source pixel that any output pixel reads.</summary>
    public int EndSource => Starts[^1] + Lengths[^1];

    /// <summary>Taps of the output pixels from <paramref name="first"/>, when a side of one length becomes one of another.</summary>
    public static FilterTaps Compute(int sourceLength, int outputLength, int first, int count, ResamplingFilter filter)
    {
        var scale = (double)sourceLength / outputLength;

        // Shrinking widens the filter over all the pixels that an output pixel covers; that is the antialiasing.
        var filterScale = Math.Max(scale, 1);
        var support = filter.Support * filterScale;
        var longest = Math.Min(((int)Math.Ceiling(support) * 2) + 1, sourceLength);
        var taps = new FilterTaps(count, longest);
        var weights = new double[longest];
        for (var i = 0; i < count; i++)
        {
            var center = (first + i + 0.5) * scale;
            var start = Math.Max((int)(center - support + 0.5), 0);
            var length = Math.Min((int)(center + support + 0.5), sourceLength) - start;
            var sum = 0.0;
            for (var tap = 0; tap < length; tap++)
            {
                weights[tap] = filter.Weigh((tap + start - center + 0.5) * (1 / filterScale));
                sum += weights[tap];
            }

            taps.Starts[i] = start;
            taps.Lengths[i] = length;
            for (var tap = 0; tap < length; tap++)
            {
                taps.Weights[(i * longest) + tap] = ToFixedPoint(sum != 0 ? weights[tap] / sum : weights[tap]);
            }
        }

        return taps;
    }

    private static int ToFixedPoint(double weight) => (int)((weight * (1 << PrecisionBits)) + (weight < 0 ? -0.5 : 0.5));
}
