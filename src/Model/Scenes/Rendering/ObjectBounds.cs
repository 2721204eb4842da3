using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>Where in a picture an object lies.</summary>
public static class ObjectBounds
{
    // A tip of a star that is shorter than this goes between two points; it is a thousandth of the side.
    private const double Step = ObjectLayout.Side / 1024;
    private const int Halvings = 10;

    /// <summary>The smallest box that holds all of an object, whatever size the picture is drawn at.</summary>
    public static Box Of(SceneObject item)
    {
        var placed = new PlacedObject(item);
        var (left, top, right, bottom) = placed.Frame;
        var (x, y) = ObjectLayout.Centre(item);
        return new Box(
            Thousandths(Edge(x, left, HasColumn)),
            Thousandths(Edge(y, top, HasRow)),
            Thousandths(Edge(x, right, HasColumn)),
            Thousandths(Edge(y, bottom, HasRow)));

        bool HasColumn(double column)
        {
            var row = top;
            while (row < bottom && !placed.Contains(column, row))
            {
                row += Step;
            }

            return row < bottom;
        }

        bool HasRow(double row)
        {
            var column = left;
            while (column < right && !placed.Contains(column, row))
            {
                column += Step;
            }

            return column < right;
        }
    }

    // Every shape is in one piece and lies around its middle, so each row or column from there to the edge has some of it.
    private static double Edge(double inside, double outside, Func<double, bool> hasSome)
    {
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (inside + outside) / 2;
            (inside, outside) = hasSome(middle) ? (middle, outside) : (inside, middle);
        }

        return (inside + outside) / 2;
    }

    private static int Thousandths(double units) => (int)Math.Clamp(Math.Floor((units / ObjectLayout.Side * Box.Most) + 0.5), 0, Box.Most);
}
