using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Model.Training;

/// <summary>A run's metrics, one JSON object a line, each with the <c>step</c> it was taken at.</summary>
public sealed class MetricsLog
{
    private readonly string _path;

    /// <param name="path">The file.</param>
    /// <param name="step">The step that the run goes on from: what a broken-off run wrote beyond it is dropped, since it comes again.</param>
    public MetricsLog(string path, long step)
    {
        _path = path;
        if (File.Exists(path))
        {
            var kept = File.ReadLines(path).Where(line => StepOf(line) is { } at && at <= step).ToArray();
            var temporary = path + ".tmp";
            File.WriteAllLines(temporary, kept);
            File.Move(temporary, path, overwrite: true);
        }
    }

    /// <summary>Appends a line.</summary>
    public void Write(JsonObject line) => File.AppendAllText(_path, line.ToJsonString() + "\n");

    // Null for a line that was cut off.
    private static long? StepOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["step"]?.GetValue<long>();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
