using System.Text.Json.Nodes;
using MmiGrains.Contracts.Training;

namespace MmiGrains.Silo.Training;

/// <summary>Metrics as <c>metrics.jsonl</c> has them.</summary>
internal static class MetricLines
{
    /// <summary>One line.</summary>
    public static JsonObject ToJson(TrainingMetric metric)
    {
        var line = new JsonObject { ["step"] = metric.Step, ["stage"] = metric.Stage, ["split"] = metric.Split };
        foreach (var (name, value) in metric.Values)
        {
            line[name] = value;
        }

        return line;
    }
}
