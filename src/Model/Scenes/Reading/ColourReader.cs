using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Finds the colour whose tones, and their mixtures with each other, a mark and the background, explain a blob's pixels best.</summary>
internal static class ColourReader
{
    // Distances in red, green and blue, 0 to 255.
    private const float Limit = 70;
    private const float LargestMean = 36;

    private static readonly (ObjectColour Colour, Vector3 Main, Vector3 Other)[] Colours =
    [
        .. Enum.GetValues<ObjectColour>().Select(colour => (colour, Tones.Of(Palette.Main(colour)), Tones.Of(Palette.Other(colour)))),
    ];

    /// <summary>The colour, or null where none is near.</summary>
    public static ObjectColour? Read(Canvas canvas, Backdrop backdrop, Blob blob)
    {
        var inner = Inner(blob);
        var (best, least) = (ObjectColour.Red, double.MaxValue);
        foreach (var (colour, main, other) in Colours)
        {
            var cost = inner.Sum(pixel => (double)Cost(canvas.Pixels[pixel], backdrop.Colours[pixel], main, other));
            (best, least) = cost < least ? (colour, cost) : (best, least);
        }

        return least <= inner.Count * LargestMean * LargestMean ? best : null;
    }

    // Pixels that no background shines through: those that are not at the edge, if there are any.
    private static IReadOnlyList<int> Inner(Blob blob)
    {
        var members = blob.Pixels.ToHashSet();
        int[] inner =
        [
            .. blob.Pixels.Where(pixel => members.Contains(pixel - 1) && members.Contains(pixel + 1)
                && members.Contains(pixel - Canvas.Side) && members.Contains(pixel + Canvas.Side)),
        ];
        return inner.Length > 0 ? inner : blob.Pixels;
    }

    private static float Cost(Vector3 pixel, Vector3 behind, Vector3 main, Vector3 other)
    {
        var cost = Limit * Limit;
        Consider(main, other);
        Consider(main, Tones.Mark);
        Consider(other, Tones.Mark);
        Consider(main, behind);
        Consider(other, behind);
        Consider((main + other) / 2, behind);
        return cost;

        void Consider(Vector3 from, Vector3 to) => cost = Math.Min(cost, Tones.DistanceSquared(pixel, from, to));
    }
}
