using System.Globalization;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Illustration;

/// <summary>A job's progress for a person: on a terminal one line that is written over, elsewhere a line for each picture.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
internal sealed class JobProgressLine(TextWriter output, bool isTerminal)
{
    private const int BarWidth = 24;

    private string _said = "";

    /// <summary>Shows how far it is.</summary>
    public void Show(JsonNode job)
    {
        var text = Text(job);
        if (text != _said)
        {
            output.Write(isTerminal ? $"\r\e[2K{text}" : text + "\n");
            output.Flush();
            _said = text;
        }
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (isTerminal && _said.Length > 0)
        {
            output.WriteLine();
        }
    }

    private static string Text(JsonNode job)
    {
        var (done, total, painted) = ((int)job["done"]!, (int)job["total"]!, (int)job["painted"]!);
        var share = total == 0 ? 1 : (double)done / total;
        var bar = new string('█', (int)(share * BarWidth)).PadRight(BarWidth, '░');
        var left = (double?)job["seconds_left"] is { } seconds ? $"  {Time(TimeSpan.FromSeconds(seconds))} left" : "";
        var more = painted > done + 1 ? $", {painted} painted" : "";
        return $"{bar} {share.ToString("0%", CultureInfo.InvariantCulture)}  {done} of {total} pictures{more}{left}  {(string)job["state"]!}";
    }

    private static string Time(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m {time.Seconds:00}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s");
}
