using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Blurs drawings of one size, a little or more.</summary>
internal sealed class Softening(int width, int height)
{
    /// <summary>How many degrees of softness there are, with none.</summary>
    public const int Levels = 4;

    // What a neighbour gives, and how often: standard deviations of 0, 0.5, 0.7 and 1 pixel.
    private static readonly (float Weight, int Times)[] Kernels = [(0, 0), (0.125f, 1), (0.25f, 1), (0.25f, 2)];

    private readonly Vector3[] _result = new Vector3[width * height];
    private readonly Vector3[] _between = new Vector3[width * height];

    /// <summary>The drawing softened; it is overwritten by the next one.</summary>
    public Vector3[] Apply(Vector3[] drawing, int level)
    {
        var (weight, times) = Kernels[level];
        for (var time = 0; time < times; time++)
        {
            Blur(drawing, _between, weight, width, 1, height, width);
            Blur(_between, _result, weight, height, width, width, 1);
            drawing = _result;
        }

        return drawing;
    }

    // Along one axis: so many lines of so many steps, each line's ends repeated.
    private static void Blur(Vector3[] from, Vector3[] to, float weight, int steps, int stride, int lines, int lineStride)
    {
        for (var line = 0; line < lines; line++)
        {
            for (var step = 0; step < steps; step++)
            {
                var i = (line * lineStride) + (step * stride);
                var (before, after) = (step > 0 ? from[i - stride] : from[i], step < steps - 1 ? from[i + stride] : from[i]);
                to[i] = (from[i] * (1 - (2 * weight))) + ((before + after) * weight);
            }
        }
    }
}
