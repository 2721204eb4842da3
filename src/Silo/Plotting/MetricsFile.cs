using System.Text.Json;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Plotting;

/// <summary>Reads what training has written: <c>metrics.jsonl</c>, one object a line with <c>step</c>, <c>stage</c>, <c>split</c> and numbers.</summary>
internal static class MetricsFile
{
    public const string Name = "metrics.jsonl";

    private const long LargestFile = 1L << 30;

    private static readonly string[] NotMetrics = ["step", "stage", "split", "seconds"];

    /// <summary>The lines of a run: every metric of every stage.</summary>
    /// <param name="run">Index that the lines get.</param>
    /// <param name="path">The run's folder, or the file.</param>
    /// <exception cref="CommandException">The file is missing, empty or damaged; a last line that was cut off is no damage.</exception>
    public static IReadOnlyList<MetricLine> Read(int run, string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, Name) : path;
        if (!File.Exists(file))
        {
            throw new CommandException($"'{file}' does not exist; a run's folder holds a {Name} once it has made some steps.");
        }

        if (new FileInfo(file) is { Length: > LargestFile } large)
        {
            throw new CommandException($"'{file}' has {Units.Bytes(large.Length)}; metrics have at most {Units.Bytes(LargestFile)}.");
        }

        var lines = File.ReadAllLines(file);
        var points = new Dictionary<(string Stage, bool IsValidation, string Metric), List<MetricPoint>>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!TryAdd(lines[i], points) && i < lines.Length - 1)
            {
                throw new CommandException($"'{file}', line {i + 1}: not an object with a number 'step' and texts 'stage' and 'split'.");
            }
        }

        return points.Count > 0
            ? [.. points.Select(line => new MetricLine(run, line.Key.Metric, line.Key.IsValidation, [.. line.Value.OrderBy(point => point.Step)]))]
            : throw new CommandException($"'{file}' holds no metrics yet.");
    }

    private static bool TryAdd(string line, Dictionary<(string Stage, bool IsValidation, string Metric), List<MetricPoint>> points)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var fields = json.RootElement;
            if (fields.ValueKind != JsonValueKind.Object ||
                !fields.TryGetProperty("step", out var step) || step.ValueKind != JsonValueKind.Number ||
                !fields.TryGetProperty("stage", out var stage) || stage.ValueKind != JsonValueKind.String ||
                !fields.TryGetProperty("split", out var split) || split.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            foreach (var field in fields.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number && !NotMetrics.Contains(field.Name)))
            {
                var key = (stage.GetString()!, split.GetString() == "validation", field.Name);
                if (!points.TryGetValue(key, out var found))
                {
                    points.Add(key, found = []);
                }

                found.Add(new MetricPoint(step.GetDouble(), field.Value.GetDouble()));
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
