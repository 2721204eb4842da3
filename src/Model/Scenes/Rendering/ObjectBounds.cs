using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>Where in a picture an object lies.</summary>
public static class ObjectBounds
{
    // Fine enough for thousandths of a side, and the same whatever size the picture is drawn at.
    private const double Step = ObjectLayout.Side / 1024;

    /// <summary>The smallest box that holds all of an object.</summary>
    public static Box Of(SceneObject item)
    {
        var placed = new PlacedObject(item);
        var (left, top, right, bottom) = placed.Frame;
        return new Box(
            Thousandths(First(left, right, Step, x => AnyBetween(top, bottom, y => placed.Contains(x, y)))),
            Thousandths(First(top, bottom, Step, y => AnyBetween(left, right, x => placed.Contains(x, y)))),
            Thousandths(First(right, left, -Step, x => AnyBetween(top, bottom, y => placed.Contains(x, y)))),
            Thousandths(First(bottom, top, -Step, y => AnyBetween(left, right, x => placed.Contains(x, y)))));
    }

    private static double First(double from, double to, double step, Func<double, bool> isInside)
    {
        var position = from;
        while (!isInside(position))
        {
            position += step;
            if (step > 0 ? position > to : position < to)
            {
                throw new InvalidOperationException("The object covers no point.");
            }
        }

        return position;
    }

    private static bool AnyBetween(double from, double to, Func<double, bool> isInside)
    {
        for (var position = from; position <= to; position += Step * 4)
        {
            if (isInside(position))
            {
                return true;
            }
        }

        return false;
    }

    private static int Thousandths(double units) => (int)Math.Clamp(Math.Floor((units / ObjectLayout.Side * Box.Most) + 0.5), 0, Box.Most);
}
