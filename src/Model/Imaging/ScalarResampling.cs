namespace MmiGrains.Model.Imaging;

/// <summary>One pixel after another: the definition, and what runs where there is no AVX2.</summary>
internal sealed class ScalarResampling : IResamplingPasses
{
    private const int Half = 1 << (FilterTaps.PrecisionBits - 1);

    public void Horizontal(ReadOnlySpan<byte> source, int stride, int rows, FilterTaps taps, Span<byte> output)
    {
        var written = 0;
        for (var y = 0; y < rows; y++)
        {
            var row = source.Slice(y * stride, stride);
            for (var i = 0; i < taps.Count; i++)
            {
                var weights = taps.Weights.AsSpan(i * taps.Longest, taps.Lengths[i]);
                var pixels = row.Slice(3 * taps.Starts[i], 3 * weights.Length);
                var (red, green, blue) = (Half, Half, Half);
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    red += weights[tap] * pixels[3 * tap];
                    green += weights[tap] * pixels[(3 * tap) + 1];
                    blue += weights[tap] * pixels[(3 * tap) + 2];
                }

                output[written++] = ToByte(red);
                output[written++] = ToByte(green);
                output[written++] = ToByte(blue);
            }
        }
    }

    public void Vertical(ReadOnlySpan<byte> source, int stride, FilterTaps taps, Span<byte> output)
    {
        for (var i = 0; i < taps.Count; i++)
        {
            VerticalRow(source, stride, taps, i, 0, output.Slice(i * stride, stride));
        }
    }

    /// <summary>Output row <paramref name="i"/>, from column <paramref name="firstColumn"/> (in bytes) to its end.</summary>
    internal static void VerticalRow(ReadOnlySpan<byte> source, int stride, FilterTaps taps, int i, int firstColumn, Span<byte> output)
    {
        var weights = taps.Weights.AsSpan(i * taps.Longest, taps.Lengths[i]);
        var top = (taps.Starts[i] - taps.FirstSource) * stride;
        for (var column = firstColumn; column < stride; column++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                sum += weights[tap] * source[top + (tap * stride) + column];
            }

            output[column] = ToByte(sum);
        }
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FilterTaps.PrecisionBits, 0, 255);
}
