namespace MmiGrains.Model.Imaging;

/// <summary>
/// The two halves of a separable resize over interleaved 8-bit RGB. Output = clamp((2^21 + sum of weight x pixel) >> 22, 0, 255);
/// every implementation gives the same bytes.
/// </summary>
internal interface IResamplingPasses
{
    /// <summary>Along rows: <paramref name="rows"/> rows of <paramref name="stride"/> bytes become rows of 3 x taps.Count bytes.</summary>
    void Horizontal(ReadOnlySpan<byte> source, int stride, int rows, FilterTaps taps, Span<byte> output);

    /// <summary>
    /// Down columns: rows of <paramref name="stride"/> bytes become taps.Count such rows. Source starts at row taps.FirstSource.
    /// </summary>
    void Vertical(ReadOnlySpan<byte> source, int stride, FilterTaps taps, Span<byte> output);
}
