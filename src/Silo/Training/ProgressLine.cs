using System.Globalization;
using MmiGrains.Model.Training;

namespace MmiGrains.Silo.Training;

/// <summary>
/// A run's progress for a person: on a terminal one line that is written over (bar, step, losses, samples a second, time left), elsewhere a
/// line now and then.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal) : ITrainingObserver
{
    private const int BarWidth = 24;

    private static readonly TimeSpan OnTerminal = TimeSpan.FromSeconds(0.2), Elsewhere = TimeSpan.FromSeconds(30);

    private DateTime _next = DateTime.MinValue;
    private bool _isOpen;

    public void StageBegins(TrainingStage stage, long stageStep) =>
        Line($"{stage.Name}: step {Count(stageStep)} of {Count(stage.Steps)}");

    public void Stepped(TrainingProgress progress)
    {
        var now = DateTime.UtcNow;
        if (now < _next)
        {
            return;
        }

        _next = now + (isTerminal ? OnTerminal : Elsewhere);
        var share = (double)progress.Step / progress.TotalSteps;
        var bar = new string('█', (int)(share * BarWidth)).PadRight(BarWidth, '░');
        var losses = string.Join("  ", progress.Losses.Select(loss => $"{loss.Key} {loss.Value.ToString("0.0000", CultureInfo.InvariantCulture)}"));
        var left = TimeSpan.FromSeconds((progress.TotalSteps - progress.Step) * progress.SecondsPerStep);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{bar} {share:0.0%}  step {progress.Step:N0}/{progress.TotalSteps:N0}  {losses}  {progress.SamplesPerSecond:0.0} samples/s  {Time(left)} left");
        if (isTerminal)
        {
            output.Write($"\r\e[2K{text}");
            _isOpen = true;
        }
        else
        {
            output.WriteLine(text);
        }

        output.Flush();
    }

    public void Validated(long step, IReadOnlyDictionary<string, double> losses) =>
        Line($"validation at step {Count(step)}: " + string.Join("  ", losses.Select(loss => $"{loss.Key} {loss.Value.ToString("0.0000", CultureInfo.InvariantCulture)}")));

    public void Noted(string message) => Line(message);

    private void Line(string text)
    {
        output.WriteLine(_isOpen ? "\n" + text : text);
        output.Flush();
        _isOpen = false;
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h {time.Minutes:00}m")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds:00}s");
}
