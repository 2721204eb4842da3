using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// Finds the background that explains the most of a picture. Each of the 91 there can be is charged every pixel's squared distance from
/// what it would show, up to a limit, so that objects weigh the same against all of them; a distance that all pixels share counts less.
/// </summary>
internal static class BackgroundReader
{
    private const int ChecksPerSide = 8;

    // Half of what two backgrounds lie apart, and of what the least distinct object lies from its background.
    private const float NearestOther = 36;
    private const float Foreground = 36;

    // Four big objects cover a third of the picture; checks that are a pixel off lose a quarter of the rest.
    private const double LeastShare = 0.4;

    private static readonly Vector3[] Palettes = [.. Enum.GetValues<BackgroundColour>().Select(colour => Tones.Of(Palette.Of(colour)))];

    /// <summary>The background, or null where none explains enough of the picture.</summary>
    public static Backdrop? Read(Canvas canvas)
    {
        var background = Likeliest(canvas.Pixels);
        var (first, second) = (Palettes[(int)background.First], Palettes[(int)(background.Second ?? background.First)]);
        var colours = new Vector3[canvas.Pixels.Length];
        var (inside, shift) = (0, Vector3.Zero);
        for (var i = 0; i < colours.Length; i++)
        {
            colours[i] = Expected(background.Kind, first, second, i);
            var difference = canvas.Pixels[i] - colours[i];
            if (difference.LengthSquared() < NearestOther * NearestOther)
            {
                (inside, shift) = (inside + 1, shift + difference);
            }
        }

        if (inside < LeastShare * colours.Length)
        {
            return null;
        }

        // A painted background may be a little off its colour everywhere.
        shift /= inside;
        return Separated(canvas, background, first + shift, second + shift, colours, shift);
    }

    private static Backdrop Separated(
        Canvas canvas, Background background, Vector3 first, Vector3 second, Vector3[] colours, Vector3 shift)
    {
        var isForeground = new bool[colours.Length];
        var (noise, count) = (0.0, 0);
        for (var i = 0; i < colours.Length; i++)
        {
            // The edges of checks may lie a little off, and are soft in a blurred picture: any mixture of both is background.
            colours[i] += shift;
            var pixel = canvas.Pixels[i];
            var nearest = background.Kind == BackgroundKind.Checks ? Tones.Nearest(pixel, first, second) : colours[i];
            var distance = Vector3.DistanceSquared(pixel, nearest);
            if (distance > Foreground * Foreground)
            {
                isForeground[i] = true;
                continue;
            }

            colours[i] = nearest;
            (noise, count) = (noise + distance, count + 1);
        }

        return new Backdrop(background, colours, isForeground, noise / Math.Max(count, 1));
    }

    private static Background Likeliest(Vector3[] pixels)
    {
        var checks = OnChecks(pixels);
        var best = new Background(BackgroundKind.Plain, BackgroundColour.White);
        var least = double.MaxValue;
        foreach (var first in Enum.GetValues<BackgroundColour>())
        {
            foreach (var second in Enum.GetValues<BackgroundColour>())
            {
                var both = checks[0, (int)first].And(checks[1, (int)second]);
                if (first == second)
                {
                    Consider(new Background(BackgroundKind.Plain, first), both);
                    continue;
                }

                Consider(new Background(BackgroundKind.Checks, first, second), both);
                Consider(new Background(BackgroundKind.Gradient, first, second), OnGradient(pixels, Palettes[(int)first], Palettes[(int)second]));
            }
        }

        return best;

        void Consider(Background background, Departure departure) =>
            (best, least) = departure.Cost < least ? (background, departure.Cost) : (best, least);
    }

    // From each colour, on the checks of each parity.
    private static Departure[,] OnChecks(Vector3[] pixels)
    {
        var departures = new Departure[2, Palettes.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            for (var colour = 0; colour < Palettes.Length; colour++)
            {
                departures[Parity(i), colour].Add(pixels[i] - Palettes[colour], NearestOther * NearestOther);
            }
        }

        return departures;
    }

    // From every other pixel of a row, which counts twice: neighbours say the same.
    private static Departure OnGradient(Vector3[] pixels, Vector3 first, Vector3 second)
    {
        var departure = default(Departure);
        for (var y = 0; y < Canvas.Side; y++)
        {
            var colour = Gradient(first, second, y);
            for (var x = y % 2; x < Canvas.Side; x += 2)
            {
                departure.Add(pixels[(y * Canvas.Side) + x] - colour, NearestOther * NearestOther);
            }
        }

        return departure.And(departure);
    }

    private static Vector3 Expected(BackgroundKind kind, Vector3 first, Vector3 second, int pixel) => kind switch
    {
        BackgroundKind.Gradient => Gradient(first, second, pixel / Canvas.Side),
        BackgroundKind.Checks => Parity(pixel) == 0 ? first : second,
        _ => first,
    };

    private static Vector3 Gradient(Vector3 first, Vector3 second, int y) => Vector3.Lerp(first, second, y / (Canvas.Side - 1f));

    private static int Parity(int pixel)
    {
        const int width = Canvas.Side / ChecksPerSide;
        return ((pixel / Canvas.Side / width) + (pixel % Canvas.Side / width)) % 2;
    }
}
