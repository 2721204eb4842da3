using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Colours as vectors of red, green and blue, 0 to 255.</summary>
internal static class Tones
{
    public static readonly Vector3 Mark = Of(Palette.Mark);

    public static Vector3 Of(Rgb colour) => new(colour.Red, colour.Green, colour.Blue);

    /// <summary>The point between two colours, ends included, that is nearest to a third.</summary>
    public static Vector3 Nearest(Vector3 colour, Vector3 from, Vector3 to)
    {
        var way = to - from;
        var length = way.LengthSquared();
        return length == 0 ? from : from + (way * Math.Clamp(Vector3.Dot(colour - from, way) / length, 0, 1));
    }

    /// <summary>The squared distance from a colour to the nearest mixture of two others.</summary>
    public static float DistanceSquared(Vector3 colour, Vector3 from, Vector3 to) =>
        Vector3.DistanceSquared(colour, Nearest(colour, from, to));
}
