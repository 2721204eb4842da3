namespace MmiGrains.Contracts.Workers;

/// <summary>Who has asked a worker for something. A report is also a heartbeat in both directions: workers report at least every few seconds.</summary>
[Alias("mmi.ISpanOwner")]
public interface ISpanOwner : IGrainWithStringKey
{
    /// <summary>Takes a report in.</summary>
    /// <returns>Whether the worker shall go on; false where the span is no longer wanted.</returns>
    [Alias("Report")]
    Task<bool> ReportAsync(SpanReport report);
}
