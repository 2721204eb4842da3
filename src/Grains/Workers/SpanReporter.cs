using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Workers;

/// <summary>Tells a span's owner how it goes, one report after the other; a report whose answer is lost is sent again.</summary>
internal sealed class SpanReporter(ISpanOwner owner, string spanId, ILogger logger)
{
    private const int Tries = 5;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(4);

    private int _number;

    /// <summary>When the owner last answered.</summary>
    public long LastAnswer { get; private set; } = Environment.TickCount64;

    /// <summary>Tells that this worker cannot go on.</summary>
    public Task<bool> FailAsync(Exception problem)
    {
        logger.LogError(problem, "Span {Span} failed", spanId);
        return SendAsync((span, number) => new FailureReport(span, number, "worker_failed", problem.Message, MayRetry: true));
    }

    /// <summary>Sends a report.</summary>
    /// <param name="make">Makes the report, given span and number.</param>
    /// <returns>Whether to go on; false where the owner does not want it, or cannot be reached.</returns>
    public async Task<bool> SendAsync(Func<string, int, SpanReport> make)
    {
        var report = make(spanId, _number);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!await owner.ReportAsync(report).WaitAsync(AnswerTime))
                {
                    logger.LogInformation("Span {Span} is not wanted any more", spanId);
                    return false;
                }

                _number++;
                LastAnswer = Environment.TickCount64;
                return true;
            }
            catch (Exception problem)
            {
                if (attempt == Tries)
                {
                    logger.LogInformation("Span {Span} is given up: its owner does not answer: {Problem}", spanId, problem.Message);
                    return false;
                }

                await Task.Delay(100 * attempt);
            }
        }
    }
}
