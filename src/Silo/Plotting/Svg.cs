using System.Globalization;
using System.Xml.Linq;

namespace MmiGrains.Silo.Plotting;

/// <summary>The few shapes that a chart is made of.</summary>
internal static class Svg
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    public static XElement Element(string name, params (string Name, object Value)[] attributes) =>
        new(Space + name, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value is double number ? Number(number) : attribute.Value)));

    public static XElement Line(double x1, double y1, double x2, double y2, string colour, double width = 1) =>
        Element("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", colour), ("stroke-width", width));

    /// <summary>A text that begins, is centred, or ends at a place.</summary>
    public static XElement Text(double x, double y, string text, string anchor = "start", double size = 12, string colour = "#555", string weight = "normal")
    {
        var element = Element("text", ("x", x), ("y", y), ("text-anchor", anchor), ("font-size", size), ("fill", colour), ("font-weight", weight));
        element.Value = text;
        return element;
    }

    public static XElement Polyline(IEnumerable<(double X, double Y)> points, string colour, double width, double opacity = 1, string? dashes = null)
    {
        var line = Element(
            "polyline", ("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))), ("fill", "none"), ("stroke", colour),
            ("stroke-width", width), ("stroke-opacity", opacity), ("stroke-linejoin", "round"), ("stroke-linecap", "round"));
        if (dashes is not null)
        {
            line.SetAttributeValue("stroke-dasharray", dashes);
        }

        return line;
    }

    public static XElement Dot(double x, double y, double radius, string colour) =>
        Element("circle", ("cx", x), ("cy", y), ("r", radius), ("fill", "#ffffff"), ("stroke", colour), ("stroke-width", 1.5));

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
