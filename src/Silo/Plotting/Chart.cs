using System.Xml.Linq;

namespace MmiGrains.Silo.Plotting;

/// <summary>Runs' metrics as one SVG: a legend, and a panel for each metric.</summary>
internal static class Chart
{
    private const double Margin = 12, LegendLine = 22, LetterWidth = 6.6, Swatch = 30;

    /// <summary>Draws it.</summary>
    /// <param name="runs">What to call the runs.</param>
    /// <param name="metrics">Which to draw, one panel each; every one is among the lines.</param>
    /// <param name="lines">All that was read.</param>
    /// <param name="across">What is counted from left to right.</param>
    public static XElement Draw(IReadOnlyList<string> runs, IReadOnlyList<string> metrics, IReadOnlyList<MetricLine> lines, string across = "step")
    {
        var drawn = lines.Where(line => metrics.Contains(line.Metric)).ToArray();
        var last = drawn.Max(line => line.Points[^1].Step);
        var columns = metrics.Count == 1 ? 1 : 2;
        var width = (columns * Panel.Width) + (2 * Margin);
        var (legend, legendHeight) = Legend(runs, drawn, width - (2 * Margin));
        var height = legendHeight + (Math.Ceiling((double)metrics.Count / columns) * Panel.Height) + (2 * Margin);

        var root = Svg.Element("svg", ("width", width), ("height", height), ("viewBox", FormattableString.Invariant($"0 0 {width} {height}")), ("font-family", "system-ui, 'DejaVu Sans', sans-serif"));
        root.Add(Svg.Element("rect", ("width", width), ("height", height), ("fill", "#ffffff")), legend);
        for (var i = 0; i < metrics.Count; i++)
        {
            var (x, y) = (Margin + (i % columns * Panel.Width), Margin + legendHeight + (i / columns * Panel.Height));
            var group = Svg.Element("g", ("transform", FormattableString.Invariant($"translate({x} {y})")));
            group.Add(new Panel(metrics[i], [.. drawn.Where(line => line.Metric == metrics[i])], last, across).Draw());
            root.Add(group);
        }

        return root;
    }

    // Entries from left to right, and on the next line where there is no more room.
    private static (IEnumerable<XElement> Shapes, double Height) Legend(IReadOnlyList<string> runs, IReadOnlyList<MetricLine> drawn, double width)
    {
        var entries = runs.Select((name, run) => (Text: name, Colour: Palette.Of(run), Dashes: (string?)null)).ToList();
        if (drawn.Any(line => line.IsValidation))
        {
            entries.Add(("validation", "#777777", "5 4"));
        }

        var shapes = new List<XElement>();
        var (x, y) = (0.0, LegendLine / 2);
        foreach (var (text, colour, dashes) in entries)
        {
            var room = Swatch + (text.Length * LetterWidth) + 24;
            if (x > 0 && x + room > width)
            {
                (x, y) = (0, y + LegendLine);
            }

            var (left, middle) = (Margin + x, Margin + y);
            shapes.Add(Svg.Polyline([(left, middle), (left + Swatch - 6, middle)], colour, dashes is null ? 2.5 : 1.5, dashes: dashes));
            if (dashes is not null)
            {
                shapes.Add(Svg.Dot(left + ((Swatch - 6) / 2), middle, 3, colour));
            }

            shapes.Add(Svg.Text(left + Swatch, middle + 4, text, colour: "#222"));
            x += room;
        }

        return (shapes, y + (LegendLine / 2) + 6);
    }
}
