using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Telemetry;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// Answers one turn from wherever its events say that it is: spans of text from decoders, images from painters, until the model ends it. What a worker
/// reports is journaled before the worker is told to go on; a worker that falls silent is replaced, and the next goes on after what is journaled.
/// </summary>
internal sealed class TurnAnswer
{
    private readonly ChatSessionGrain _session;
    private readonly string _sessionKey;
    private readonly string _tenant;
    private readonly ChatOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _reporting = new(1, 1);
    private readonly List<string> _avoid = [];
    private SpanWait? _span;
    private Func<Task>? _cancelSpan;
    private Task _run = Task.CompletedTask;
    private int _promptTokens = -1;
    private int _cachedTokens;

    public TurnAnswer(ChatSessionGrain session, string sessionKey, string tenant, SessionTurn turn, ChatOptions options, TimeProvider clock, ILogger logger) =>
        (_session, _sessionKey, _tenant, Turn, _options, _clock, _logger) = (session, sessionKey, tenant, turn, options, clock, logger);

    public SessionTurn Turn { get; }

    public bool IsOver => _run.IsCompleted && _stop.IsCancellationRequested;

    private GenerationSettings Settings => Turn.Accepted.Settings;

    /// <summary>What it has cost so far.</summary>
    public TurnUsage Usage => new(Math.Max(_promptTokens, 0), _cachedTokens, Turn.TokenCount, Turn.Images.Count);

    public void Start() => _run = RunAsync();

    /// <summary>Stops, and tells the worker.</summary>
    public async Task StopAsync()
    {
        Abandon();
        if (_cancelSpan is { } cancel)
        {
            try
            {
                await cancel();
            }
            catch (Exception problem)
            {
                _logger.LogDebug("A span could not be cancelled: {Problem}", problem.Message); // its lease runs out
            }
        }
    }

    /// <summary>Stops; the worker hears of it at its next report.</summary>
    public void Abandon()
    {
        _stop.Cancel();
        _span?.Abandon(new OperationCanceledException());
    }

    public async Task<bool> ReportAsync(SpanReport report)
    {
        if (_span is not { IsOver: false } span || span.Id != report.SpanId || _stop.IsCancellationRequested)
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

            if (!await TakeAsync(span, report))
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

    private async Task<bool> TakeAsync(SpanWait span, SpanReport report)
    {
        switch (report)
        {
            case TokensReport tokens:
                if (tokens.TokenIds.Count > 0)
                {
                    var delta = new TextDelta(tokens.Text, tokens.TokenIds) { LogProbabilities = Settings.LogProbabilities ? tokens.LogProbabilities : null };
                    if (!await _session.CommitAsync(Turn.Id, [delta]))
                    {
                        return false;
                    }
                }

                if (tokens.End is not null)
                {
                    span.End(tokens);
                }

                return true;
            case PaintReport painting:
                _session.Show(Turn.Id, new ImageProgress(Turn.Images.Count, painting.Step, painting.Steps, painting.Preview));
                return true;
            default:
                span.End(report);
                return true;
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        using var activity = MmiInstruments.Activities.StartActivity("turn");
        activity?.SetTag("mmi.session", _sessionKey).SetTag("mmi.turn", Turn.Id.ToString());
        try
        {
            await FinishAsync(await AnswerAsync());
        }
        catch (Exception problem) when (_stop.IsCancellationRequested || problem is StreamBrokenException)
        {
            // Ended from outside, or the session is lost here: whoever has it next goes on.
        }
        catch (MmiException problem)
        {
            await FinishAsync(new TurnFailed(problem.Code, problem.Message));
        }
        catch (Exception problem)
        {
            _logger.LogError(problem, "Turn {Turn} of session {Session} failed", Turn.Id, _sessionKey);
            await FinishAsync(new TurnFailed("internal_error", "The answer could not be given: an internal error was logged."));
        }
    }

    private async Task FinishAsync(ChatEvent last)
    {
        try
        {
            await _session.CommitAsync(Turn.Id, [last]);
        }
        catch (MmiException)
        {
            return; // the session is lost here; whoever opens it next ends the turn
        }

        await _stop.CancelAsync();
        _session.AnswerNext();
    }

    private async Task<ChatEvent> AnswerAsync()
    {
        while (true)
        {
            if (Turn.Accepted.Deadline is { } deadline && _clock.GetUtcNow() > deadline)
            {
                return new TurnFailed("deadline_exceeded", $"The deadline of the turn, {deadline:O}, has passed.");
            }

            var wantsImage = Turn.OpenImage is not null || (Settings.ImageFirst && Turn.TokenCount == 0 && Turn.Images.Count == 0);
            var left = Settings.MaxTokens - Turn.TokenCount;
            if (left <= 0 && !wantsImage)
            {
                return Completed(FinishReason.Length);
            }

            var end = await DecodeAsync(wantsImage, left);
            if (_promptTokens < 0)
            {
                (_promptTokens, _cachedTokens) = (end.PromptTokens - Turn.TokenCount, end.CachedTokens);
            }

            if (end.End != SpanEndReason.Image)
            {
                return end.End == SpanEndReason.Length ? Completed(FinishReason.Length) : Completed(FinishReason.Stop);
            }

            if (Turn.OpenImage is null)
            {
                if (Turn.Images.Count >= Settings.MaxImages)
                {
                    return Completed(FinishReason.Length);
                }

                if (!await _session.CommitAsync(Turn.Id, [new ImageStarted(Turn.Images.Count, ImageSeed(Turn.Images.Count))]))
                {
                    throw new OperationCanceledException();
                }
            }

            var image = await PaintAsync(end.Prompt!);
            if (!await _session.CommitAsync(Turn.Id, [new ImageCompleted(Turn.Images.Count, image)]))
            {
                throw new OperationCanceledException();
            }
        }
    }

    private TurnCompleted Completed(FinishReason reason) => new(reason, Usage);

    private Task<TokensReport> DecodeAsync(bool wantsImage, int left) => SpanAsync<TokensReport, IDecoderWorkerGrain>(
        WorkerRole.Decoder,
        (worker, span) => worker.StartAsync(new GenerationRequest(span.Id, _session.AsReference<ISpanOwner>(), _tenant, _session.State.SequenceOf(Turn), Settings)
        {
            GeneratedTokens = Turn.SpanTokens,
            WantsImage = wantsImage,
            MaxNewTokens = Math.Max(left, 1),
            Seed = Settings.Seed!.Value + Turn.Images.Count,
            Priority = Turn.Accepted.Priority,
            Deadline = Turn.Accepted.Deadline,
        }),
        (worker, span) => worker.CancelAsync(span.Id));

    private async Task<ImageId> PaintAsync(ImagePrompt prompt)
    {
        var started = Turn.OpenImage!;
        var before = _session.State.SequenceOf(Turn).OfType<ImagePart>().Select(part => part.Image).ToArray();
        var painted = await SpanAsync<PaintedReport, IDiffusionWorkerGrain>(
            WorkerRole.Diffusion,
            (worker, span) => worker.StartAsync(
                new PaintingRequest(span.Id, _session.AsReference<ISpanOwner>(), _tenant, prompt, before, started.Seed, Settings.ImageSteps, Settings.GuidanceScale)
                {
                    PreviewEvery = Settings.PreviewEvery,
                    Priority = Turn.Accepted.Priority,
                    Deadline = Turn.Accepted.Deadline,
                }),
            (worker, span) => worker.CancelAsync(span.Id));
        return painted.Image;
    }

    // Asks workers, one after the other, until one has done it.
    private async Task<TReport> SpanAsync<TReport, TWorker>(WorkerRole role, Func<TWorker, SpanWait, Task> start, Func<TWorker, SpanWait, Task> cancel)
        where TReport : SpanReport
        where TWorker : IGrainWithStringKey
    {
        for (var attempt = 1; ; attempt++)
        {
            var key = await ChooseAsync(role);
            var worker = _session.Grains.GetGrain<TWorker>(key);
            var span = _span = new SpanWait(key, _clock);
            _cancelSpan = () => cancel(worker, span);
            try
            {
                await start(worker, span).WaitAsync(_options.WorkerLease, _clock, _stop.Token);
                span.Hear();
                switch (await span.WaitAsync(_options.WorkerLease, _stop.Token))
                {
                    case TReport report:
                        return report;
                    case FailureReport { MayRetry: false } failure:
                        throw new TurnFailedException(failure.Code, failure.Message);
                    case FailureReport failure:
                        throw new TimeoutException(failure.Message);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException and not TurnFailedException and not InvalidTurnException
                && problem is not CapacityExceededException { IsPassing: false } && attempt < _options.MaxTries)
            {
                _logger.LogInformation("Session {Session}: worker {Worker} is replaced: {Problem}", _sessionKey, key, problem.Message);
                MmiInstruments.SpansRetried.Add(1);
                _avoid.Add(key);
                span.Abandon(problem);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 2000)), _clock, _stop.Token);
            }
            finally
            {
                _cancelSpan = null;
            }
        }
    }

    private async Task<string> ChooseAsync(WorkerRole role)
    {
        var images = _session.State.SequenceOf(Turn).OfType<ImagePart>().Select(part => part.Image).Distinct().ToArray();
        var since = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                var chosen = await _session.Grains.GetGrain<IWorkerDirectoryGrain>(0).ChooseAsync(role, _session.WarmName, images, [.. _avoid.TakeLast(3)]);
                if (chosen is not null)
                {
                    return chosen.Key;
                }
            }
            catch (Exception problem) when (problem is not CapacityExceededException { IsPassing: false } and not OperationCanceledException)
            {
                _logger.LogDebug("The directory did not choose: {Problem}", problem.Message); // it may be on its way to another silo
            }

            _avoid.Clear();
            if (_clock.GetElapsedTime(since) > _options.WorkerWait)
            {
                throw new CapacityExceededException($"No {role} worker had room for {_options.WorkerWait.TotalSeconds:0} s.", isPassing: true);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), _clock, _stop.Token);
        }
    }

    private long ImageSeed(int index) => (Settings.Seed!.Value * 1_000_003) + index;
}
