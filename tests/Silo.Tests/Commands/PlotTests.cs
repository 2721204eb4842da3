using System.Xml.Linq;
using MmiGrains.Silo.Plotting;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class PlotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mmi-plot-").FullName;

    private string Out => Path.Combine(_folder, "out.svg");

    [Fact]
    public void Every_loss_gets_a_panel_and_every_run_a_colour()
    {
        var (first, second) = (Run("first", 40), Run("<second> & last", 30));
        Mmi.Run("plot", first, second, "--out", Out).Succeeded();
        var chart = XDocument.Load(Out);
        string[] texts = [.. Elements(chart, "text").Select(text => text.Value)];
        Assert.Equal(["loss", "loss_txt"], texts.Where(text => text.StartsWith("loss", StringComparison.Ordinal)));
        Assert.Contains("<second> & last", texts);
        Assert.Contains("validation", texts);
        Assert.DoesNotContain("lr", texts);

        // Each panel: two runs, raw and smooth; and two validations.
        string[] drawn = [.. Elements(chart, "g").First().Elements().Where(shape => shape.Name.LocalName == "polyline").Select(line => (string)line.Attribute("stroke")!)];
        Assert.Equal(3, drawn.Count(colour => colour == Palette.Of(0)));
        Assert.Equal(3, drawn.Count(colour => colour == Palette.Of(1)));
    }

    [Fact]
    public void Points_lie_where_their_numbers_say()
    {
        Mmi.Run("plot", Run("run", 10), "--out", Out, "--metric", "loss").Succeeded();
        var line = Elements(XDocument.Load(Out), "polyline").Single(shape => (string)shape.Attribute("stroke")! == Palette.Of(0) && shape.Attribute("stroke-dasharray") is null && shape.Parent!.Name.LocalName == "g");
        double[][] points = [.. ((string)line.Attribute("points")!).Split(' ').Select(point => point.Split(',').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(10, points.Length);
        Assert.All(points.Zip(points.Skip(1)), pair => Assert.True(pair.First[0] < pair.Second[0] && pair.First[1] < pair.Second[1])); // falls: down is more in SVG
        Assert.Equal(Panel.Width - 16, points[^1][0], 0.1);
    }

    [Theory]
    [InlineData(0.31, 4.7, false, "1,2,3,4")]
    [InlineData(0.001, 0.9, true, "0.001,0.01,0.1,1")]
    [InlineData(-1.2, 2.1, false, "-1.0,-0.5,0.0,0.5,1.0,1.5,2.0")]
    [InlineData(3, 3, false, "2.85,2.90,2.95,3.00,3.05,3.10,3.15")]
    [InlineData(1e-7, 1e2, true, "1e-7,1e-6,1e-5,0.0001,0.001,0.01,0.1,1,10,100")]
    public void Axes_have_round_numbers(double least, double most, bool isLogarithmic, string expected)
    {
        var axis = Axis.Values(least, most);
        Assert.Equal(isLogarithmic, axis.IsLogarithmic);
        Assert.Equal(expected, string.Join(',', axis.Ticks.Select(axis.Label)));
        Assert.All(axis.Ticks, tick => Assert.InRange(axis.Share(tick), -1e-9, 1 + 1e-9));
        Assert.InRange(axis.Share(least), 0, axis.Share(most));
    }

    [Fact]
    public void A_smooth_line_keeps_the_mean_and_loses_the_noise()
    {
        MetricPoint[] noisy = [.. Enumerable.Range(0, 600).Select(i => new MetricPoint(i, i % 2 == 0 ? 1 : 3))];
        var smooth = Smoothing.Apply(noisy);
        Assert.Equal(600, smooth.Count);
        Assert.Equal(1, smooth[0].Value);
        Assert.All(smooth.Skip(100), point => Assert.InRange(point.Value, 1.85, 2.15));
    }

    [Fact]
    public void What_cannot_be_drawn_is_said_in_a_sentence()
    {
        var run = Run("run", 3);
        var file = Path.Combine(run, MetricsFile.Name);
        Mmi.Run("plot", _folder, "--out", Out).CouldNotRun("metrics.jsonl' does not exist");
        Mmi.Run("plot", run, "--out", Out, "--metric", "beauty").CouldNotRun("'beauty'", "loss_txt");
        Mmi.Run("plot", run, "--out", "x.png").CouldNotRun("'x.png'", ".svg");
        Mmi.Run("plot", run, run, run, run, run, run, run, run, "--out", Out).CouldNotRun("8 runs", "at most 7");
        Mmi.Run("plot", run, "--out", Path.Combine(_folder, "nowhere", "out.svg")).CouldNotRun("nowhere");
        File.AppendAllText(file, "{\"step\":4,\"loss\":1,\"sta");
        Mmi.Run("plot", run, "--out", Out).Succeeded(); // a run that was killed
        File.AppendAllText(file, "\n{\"step\":5}\n");
        Mmi.Run("plot", run, "--out", Out).CouldNotRun("metrics.jsonl', line 4", "'step'");
        File.WriteAllText(file, "");
        Mmi.Run("plot", run, "--out", Out).CouldNotRun("holds no metrics yet");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<XElement> Elements(XDocument chart, string name) => chart.Descendants().Where(element => element.Name.LocalName == name);

    private string Run(string name, int lines)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        string Line(int step, string split, double loss) => FormattableString.Invariant($$"""{"step":{{step}},"stage":"all","split":"{{split}}","seconds":1,"loss":{{loss}},"loss_txt":{{loss / 2}},"lr":0.1}""");
        File.WriteAllLines(
            Path.Combine(folder, MetricsFile.Name),
            Enumerable.Range(1, lines).SelectMany(i => i % 5 == 0 ? [Line(i * 20, "train", 5.0 / i), Line(i * 20, "validation", 6.0 / i)] : new[] { Line(i * 20, "train", 5.0 / i) }));
        return folder;
    }
}
