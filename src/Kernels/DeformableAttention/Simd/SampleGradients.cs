using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// The gradients of eight samples' weights and locations, from the dot products of their four corners with the output's gradient. With
/// shares s along an axis as in <see cref="Corners"/>, a sample is the sum of sx * sy * dot; its slope along x has the slope of sx in
/// place of sx, which is -1 for the corner at or before the sample and 1 for the one after it.
/// </summary>
internal unsafe struct SampleGradients
{
    /// <summary>Dot products: <c>[corner, sample]</c>.</summary>
    public fixed float Dots[Corners.PerSample * Corners.Count];

    /// <summary>Gradients of the attention weights.</summary>
    public fixed float Weights[Corners.Count];

    /// <summary>Gradients of the locations' x.</summary>
    public fixed float X[Corners.Count];

    /// <summary>Gradients of the locations' y.</summary>
    public fixed float Y[Corners.Count];

    /// <summary>Computes the gradients of all eight; those of samples without corners mean nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(SampleGradients* gradients, Corners* corners, int* table, int length, float* attention)
    {
        var (x, y) = (Vector256.Load(corners->X), Vector256.Load(corners->Y));
        var (stepX, stepY) = (Vector256.Load((float*)table + (4 * length)), Vector256.Load((float*)table + (5 * length)));
        var (left, right, top, bottom) = (Corners.Share(x), Corners.Share(x - stepX), Corners.Share(y), Corners.Share(y - stepY));
        var (topLeft, topRight) = (Vector256.Load(gradients->Dots), Vector256.Load(gradients->Dots + Corners.Count));
        var (bottomLeft, bottomRight) =
            (Vector256.Load(gradients->Dots + (2 * Corners.Count)), Vector256.Load(gradients->Dots + (3 * Corners.Count)));

        var upper = (left * topLeft) + (right * topRight);
        var lower = (left * bottomLeft) + (right * bottomRight);
        ((top * upper) + (bottom * lower)).Store(gradients->Weights);

        var share = Vector256.Load(attention);
        var upperSlope = (Slope(x) * topLeft) + (NeighbourSlope(x, stepX) * topRight);
        var lowerSlope = (Slope(x) * bottomLeft) + (NeighbourSlope(x, stepX) * bottomRight);
        var width = Vector256.Load((float*)table);
        (share * width * ((top * upperSlope) + (bottom * lowerSlope))).Store(gradients->X);

        var height = Vector256.Load((float*)table + length);
        (share * height * ((Slope(y) * upper) + (NeighbourSlope(y, stepY) * lower))).Store(gradients->Y);
    }

    // Of the first corner's share, by the distance from it: below 0 the sample lies before it, from 1 on it is not the sample's.
    private static Vector256<float> Slope(Vector256<float> distance) => Vector256.ConditionalSelect(
        Vector256.LessThan(distance, Vector256<float>.Zero), Vector256<float>.One,
        Vector256.ConditionalSelect(Vector256.LessThan(distance, Vector256<float>.One), -Vector256<float>.One, Vector256<float>.Zero));

    // Of the second corner's share, by the distance from the first; zero where there is no second one.
    private static Vector256<float> NeighbourSlope(Vector256<float> distance, Vector256<float> step)
    {
        var isCorner = Vector256.GreaterThanOrEqual(distance, Vector256<float>.Zero) & Vector256.Equals(step, Vector256<float>.One);
        var slope = Vector256.ConditionalSelect(
            Vector256.LessThan(distance, Vector256<float>.One), Vector256<float>.One, -Vector256<float>.One);
        return Vector256.ConditionalSelect(isCorner, slope, Vector256<float>.Zero);
    }
}
