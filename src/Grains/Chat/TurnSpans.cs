using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Telemetry;

namespace MmiGrains.Grains.Chat;

/// <summary>Has a turn's spans done, one after the other: chooses a worker, hears its reports in their order, and gives the span to another when it falls silent.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="session">Key of the session: a worker where it is warm is asked first.</param>
/// <param name="turn">The turn: what model it is to be done with, as long as that is served, and by when.</param>
/// <param name="options">Times and tries.</param>
/// <param name="workers">Finds workers.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Told of workers that are replaced.</param>
/// <param name="stop">The turn is no longer answered here.</param>
internal sealed class TurnSpans(
    IGrainFactory grains, string session, TurnAccepted turn, ChatOptions options, WorkerChoice workers, TimeProvider clock, ILogger logger, CancellationToken stop)
{
    // Workers that are lost say nothing; what one that lives has failed at so often, the next will fail at too.
    private const int MostFailures = 5;

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40); // a timer cannot be set for longer than 49

    private readonly SemaphoreSlim _reporting = new(1, 1);
    private readonly List<string> _avoid = [];
    private string? _model = turn.Model;
    private SpanWait? _span;
    private Func<Task>? _cancelSpan;

    /// <summary>Takes in a report, if it is the current span's next.</summary>
    /// <param name="report">The report.</param>
    /// <param name="take">Journals it; false where it is not wanted.</param>
    /// <returns>Whether the worker shall go on.</returns>
    public async Task<bool> ReportAsync(SpanReport report, Func<SpanWait, SpanReport, Task<bool>> take)
    {
        if (_span is not { IsOver: false } span || span.Id != report.SpanId || stop.IsCancellationRequested)
        {
            return false;
        }

        span.Hear();
        await _reporting.WaitAsync();
        try
        {
            if (report.Number != span.Next)
            {
                return report.Number < span.Next; // sent again, since its answer was lost
            }

            if (!await take(span, report))
            {
                return false;
            }

            span.Took();
            span.Hear();
            return true;
        }
        finally
        {
            _reporting.Release();
        }
    }

    /// <summary>Waits no longer for the current span.</summary>
    public void Abandon() => _span?.Abandon(new OperationCanceledException());

    /// <summary>Tells the current span's worker that it is no longer wanted.</summary>
    public async Task CancelAsync()
    {
        if (_cancelSpan is { } cancel)
        {
            try
            {
                await cancel();
            }
            catch (Exception problem)
            {
                logger.LogDebug("A span could not be cancelled: {Problem}", problem.Message); // its lease runs out
            }
        }
    }

    /// <summary>Asks workers, one after the other, until one has done it.</summary>
    /// <param name="role">What it takes.</param>
    /// <param name="images">Images that are looked at: a worker that has them is asked first.</param>
    /// <param name="start">Asks one.</param>
    /// <param name="cancel">Tells one that it is no longer wanted.</param>
    /// <param name="isBound">Whether only the model of the span before can do it.</param>
    /// <returns>The last report; null where it is bound to a model that is no longer served.</returns>
    /// <exception cref="TurnFailedException">It cannot be done, or not by the turn's deadline: the worker is told.</exception>
    public async Task<TReport?> RunAsync<TReport, TWorker>(
        WorkerRole role, Func<IReadOnlyList<ImageId>> images, Func<TWorker, SpanWait, Task> start, Func<TWorker, SpanWait, Task> cancel, bool isBound = false)
        where TReport : SpanReport
        where TWorker : IGrainWithStringKey
    {
        if (turn.Time + turn.TimeLimit is not { } deadline)
        {
            return await RunAsync<TReport, TWorker>(role, images, start, cancel, isBound, stop);
        }

        var left = deadline - clock.GetUtcNow();
        using var late = new CancellationTokenSource(left < TimeSpan.Zero ? TimeSpan.Zero : left > LongestTimer ? LongestTimer : left, clock);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            return await RunAsync<TReport, TWorker>(role, images, start, cancel, isBound, until.Token);
        }
        catch (Exception problem) when (problem is not TurnFailedException && late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TurnFailedException("deadline_exceeded", $"The deadline of the turn, {deadline:O}, has passed.");
        }
    }

    private async Task<TReport?> RunAsync<TReport, TWorker>(
        WorkerRole role, Func<IReadOnlyList<ImageId>> images, Func<TWorker, SpanWait, Task> start, Func<TWorker, SpanWait, Task> cancel, bool isBound, CancellationToken until)
        where TReport : SpanReport
        where TWorker : IGrainWithStringKey
    {
        var (before, failures) = (_model, 0);
        for (var attempt = 1; ; attempt++)
        {
            var key = await ChooseAsync(role, images(), until);
            if (isBound && before is not null && before != _model)
            {
                return null;
            }

            var worker = grains.GetGrain<TWorker>(key);
            var span = _span = new SpanWait(key, clock, () => workers.IsGone(key));
            _cancelSpan = () => cancel(worker, span);
            try
            {
                await start(worker, span).WaitAsync(options.WorkerLease, clock, until);
                span.Hear();
                switch (await span.WaitAsync(options.WorkerLease, until))
                {
                    case TReport report:
                        return report;
                    case FailureReport { MayRetry: false } failure:
                        throw new TurnFailedException(failure.Code, failure.Message);
                    case FailureReport failure when ++failures == MostFailures:
                        throw new TurnFailedException(failure.Code, $"Workers failed {failures} times at this turn; the silos' logs say why.");
                    case FailureReport failure:
                        throw new TimeoutException(failure.Message);
                }
            }
            catch (OperationCanceledException problem) when (until.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                span.Abandon(problem); // late: nobody else tells the worker
                await CancelAsync();
                throw;
            }
            catch (Exception problem) when (MayTryAgain(problem) && !until.IsCancellationRequested && attempt < options.MaxTries)
            {
                logger.LogInformation("Session {Session}: worker {Worker} is replaced: {Problem}", session, key, problem.Message);
                MmiInstruments.SpansRetried.Add(1);
                _avoid.Add(key);
                span.Abandon(problem);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 2000)), clock, until);
            }
            finally
            {
                _cancelSpan = null;
            }
        }
    }

    // What the cluster refuses in words of its own, another worker would refuse too, unless it is a matter of room.
    private static bool MayTryAgain(Exception problem) =>
        problem is not MmiException or WorkerUnavailableException or StorageFullException or CapacityExceededException { IsPassing: true };

    private async Task<string> ChooseAsync(WorkerRole role, IReadOnlyList<ImageId> images, CancellationToken until)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if (await workers.FindAsync(role, session, images, [.. _avoid.TakeLast(3)], _model, until) is var (key, model))
                {
                    _model = model;
                    return key;
                }
            }
            catch (CapacityExceededException problem) when (problem.IsPassing)
            {
                logger.LogDebug("Nobody has room: {Problem}", problem.Message);
            }

            _avoid.Clear();
            if (clock.GetElapsedTime(since) > options.WorkerWait)
            {
                throw new CapacityExceededException($"No {role} worker had room for {options.WorkerWait.TotalSeconds:0} s.", isPassing: true);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), clock, until);
        }
    }
}
