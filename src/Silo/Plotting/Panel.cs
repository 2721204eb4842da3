using System.Xml.Linq;

namespace MmiGrains.Silo.Plotting;

/// <summary>One metric against steps: for each run a smoothed line over the faint raw one, and dots on a dashed line for the validation.</summary>
internal sealed class Panel
{
    public const double Width = 520, Height = 320;

    private const double Left = 64, Right = 16, Top = 34, Bottom = 44;
    private const int MostDots = 60;
    private const double Wide = 5;
    private const string Grid = "#e8e8e8", Frame = "#b0b0b0";

    private readonly string _metric;
    private readonly IReadOnlyList<MetricLine> _lines;
    private readonly Axis _steps;
    private readonly Axis _values;
    private readonly string _across;

    /// <param name="metric">Its name.</param>
    /// <param name="lines">At least one.</param>
    /// <param name="lastStep">The last step of any panel, so that all have the same axis.</param>
    /// <param name="across">What is counted from left to right.</param>
    public Panel(string metric, IReadOnlyList<MetricLine> lines, double lastStep, string across)
    {
        (_metric, _lines, _steps, _across) = (metric, lines, Axis.Steps(lastStep), across);
        var values = lines.SelectMany(line => line.Points).Select(point => point.Value).ToArray();
        _values = Axis.Values(values.Min(), values.Max());
    }

    /// <summary>Draws it with its corner at (0, 0).</summary>
    public IEnumerable<XElement> Draw()
    {
        yield return Svg.Text(Left, Top - 12, _metric, size: 14, colour: "#222", weight: "600");
        if (_values.IsLogarithmic)
        {
            yield return Svg.Text(Width - Right, Top - 12, "logarithmic", "end", 11, "#888");
        }

        foreach (var tick in _values.Ticks)
        {
            yield return Svg.Line(Left, Y(tick), Width - Right, Y(tick), Grid);
            yield return Svg.Text(Left - 8, Y(tick) + 4, _values.Label(tick), "end");
        }

        foreach (var tick in _steps.Ticks)
        {
            yield return Svg.Line(X(tick), Top, X(tick), Height - Bottom, Grid);
            yield return Svg.Text(X(tick), Height - Bottom + 18, _steps.Label(tick), "middle");
        }

        yield return Svg.Text((Left + Width - Right) / 2, Height - 8, _across, "middle");
        foreach (var shape in _lines.Where(line => !line.IsValidation).SelectMany(Training).Concat(_lines.Where(line => line.IsValidation).SelectMany(Validation)))
        {
            yield return shape;
        }

        yield return Svg.Line(Left, Top, Left, Height - Bottom, Frame);
        yield return Svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, Frame);
    }

    private IEnumerable<XElement> Training(MetricLine line)
    {
        var colour = Palette.Of(line.Run);
        var (width, opacity) = line.Run == 0 && _lines.Any(other => other.Run > 0) ? (Wide, 0.6) : (2, 1); // it shows beside one that lies on it
        if (line.Points.Count == 1)
        {
            return [Svg.Element("circle", ("cx", X(line.Points[0].Step)), ("cy", Y(line.Points[0].Value)), ("r", 2.5), ("fill", colour))];
        }

        return Smoothing.IsDue(line.Points.Count)
            ? [Svg.Polyline(Places(line.Points), colour, 1, opacity: 0.25), Svg.Polyline(Places(Smoothing.Apply(line.Points)), colour, width, opacity)]
            : [Svg.Polyline(Places(line.Points), colour, width, opacity)];
    }

    private IEnumerable<XElement> Validation(MetricLine line)
    {
        var colour = Palette.Of(line.Run);
        var dots = line.Points.Count > MostDots ? [] : line.Points.Select(point => Svg.Dot(X(point.Step), Y(point.Value), 3, colour));
        return [Svg.Polyline(Places(line.Points), colour, 1.5, dashes: "5 4"), .. dots];
    }

    private IEnumerable<(double X, double Y)> Places(IEnumerable<MetricPoint> points) => points.Select(point => (X(point.Step), Y(point.Value)));

    private double X(double step) => Left + (_steps.Share(step) * (Width - Left - Right));

    private double Y(double value) => Height - Bottom - (_values.Share(value) * (Height - Top - Bottom));
}
