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
    private const int MostReplacements = 3;

    private readonly ChatSessionGrain _session;
    private readonly string _sessionKey;
    private readonly string _tenant;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TurnSpans _spans;
    private Task _run = Task.CompletedTask;
    private int _promptTokens = -1;
    private int _replacements;
    private int _tokensBefore;
    private int _cachedTokens;

    public TurnAnswer(ChatSessionGrain session, string sessionKey, string tenant, SessionTurn turn, ChatOptions options, WorkerChoice workers, TimeProvider clock, ILogger logger)
    {
        (_session, _sessionKey, _tenant, Turn, _clock, _logger) = (session, sessionKey, tenant, turn, clock, logger);
        _spans = new TurnSpans(session.Grains, session.WarmName, turn.Accepted, options, workers, clock, logger, _stop.Token);
    }

    public SessionTurn Turn { get; }

    public bool IsOver => _run.IsCompleted && _stop.IsCancellationRequested;

    private GenerationSettings Settings => Turn.Accepted.Settings;

    /// <summary>What it has cost so far.</summary>
    public TurnUsage Usage => new(Math.Max(_promptTokens, 0), _cachedTokens, Turn.TokenCount, Turn.Images.Count);

    public void Start() => _run = RunAsync();

    /// <summary>Stops, and tells the worker.</summary>
    public Task StopAsync()
    {
        Abandon();
        return _spans.CancelAsync();
    }

    /// <summary>Stops; the worker hears of it at its next report.</summary>
    public void Abandon()
    {
        _stop.Cancel();
        _spans.Abandon();
    }

    /// <summary>Takes in what a worker reports; false where it shall not go on.</summary>
    public Task<bool> ReportAsync(SpanReport report) => _spans.ReportAsync(report, TakeAsync);

    private async Task<bool> TakeAsync(SpanWait span, SpanReport report)
    {
        switch (report)
        {
            case TokensReport tokens:
                if (tokens.End is not null)
                {
                    span.End(tokens); // what it says is journaled with what comes of its end: text that was held back till then is told once
                    return true;
                }

                return tokens.TokenIds.Count == 0 || await _session.CommitAsync(Turn.Id, DeltaOf(tokens));
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
        using var activity = TurnTrace.Begin(Turn.Id);
        activity?.SetTag("mmi.session", _sessionKey).SetTag("mmi.turn", Turn.Id.ToString());
        try
        {
            await FinishAsync(await AnswerAsync(), activity);
        }
        catch (Exception problem) when (_stop.IsCancellationRequested || problem is StreamBrokenException)
        {
            // Ended from outside, or the session is lost here: whoever has it next goes on.
        }
        catch (MmiException problem)
        {
            await FinishAsync([new TurnFailed(problem.Code, problem.Message)], activity);
        }
        catch (Exception problem)
        {
            _logger.LogError(problem, "Turn {Turn} of session {Session} failed", Turn.Id, _sessionKey);
            await FinishAsync([new TurnFailed("internal_error", "The answer could not be given: an internal error was logged.")], activity);
        }
    }

    private async Task FinishAsync(IReadOnlyList<ChatEvent> last, Activity? activity)
    {
        try
        {
            if (await _session.CommitAsync(Turn.Id, last))
            {
                Measure(last[^1], activity);
            }
        }
        catch (MmiException)
        {
            return; // the session is lost here; whoever opens it next ends the turn
        }

        await _stop.CancelAsync();
        _session.AnswerNext();
    }

    private void Measure(ChatEvent last, Activity? activity)
    {
        var reason = last is TurnCompleted { Reason: var why } ? why.ToString().ToLowerInvariant() : "failed";
        MmiInstruments.TurnTime.Record((_clock.GetUtcNow() - Turn.Accepted.Time).TotalSeconds);
        MmiInstruments.TurnsFinished.Add(1, new KeyValuePair<string, object?>("finished_reason", reason));
        activity?.SetTag("mmi.finished_reason", reason);
        if (last is TurnFailed failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failed.Message);
        }

        activity?.Stop(); // the next turn's is its own
    }

    /// <returns>What ends the turn.</returns>
    private async Task<IReadOnlyList<ChatEvent>> AnswerAsync()
    {
        while (true)
        {
            var wantsImage = Turn.OpenImage is not null || (Settings.ImageFirst && Turn.TokenCount == 0 && Turn.Images.Count == 0);
            var left = Settings.MaxTokens - Turn.TokenCount;
            if (left <= 0 && !wantsImage)
            {
                return [Completed(FinishReason.Length)];
            }

            var end = await DecodeAsync(wantsImage, left);
            var rest = DeltaOf(end);
            if (_promptTokens < 0)
            {
                (_promptTokens, _cachedTokens) = (end.PromptTokens - _tokensBefore, end.CachedTokens);
            }

            if (end.End != SpanEndReason.Image)
            {
                return [.. rest, Completed(end.End == SpanEndReason.Length ? FinishReason.Length : FinishReason.Stop, end.TokenIds.Count)];
            }

            if (Turn.OpenImage is null)
            {
                if (Turn.Images.Count >= Settings.MaxImages)
                {
                    return [.. rest, Completed(FinishReason.Length, end.TokenIds.Count)];
                }

                if (!await _session.CommitAsync(Turn.Id, [.. rest, new ImageStarted(Turn.Images.Count, ImageSeed(Turn.Images.Count))]))
                {
                    throw new OperationCanceledException();
                }
            }

            if (await PaintAsync(end.Prompt!) is not { } image)
            {
                // A prompt says something to its own model only: another makes its own.
                if (++_replacements > MostReplacements)
                {
                    return [new TurnFailed("worker_unavailable", "The picture cannot be painted now: no painter has a model that a decoder has.")];
                }

                continue;
            }

            if (!await _session.CommitAsync(Turn.Id, [new ImageCompleted(Turn.Images.Count, image)]))
            {
                throw new OperationCanceledException();
            }
        }
    }

    private TurnCompleted Completed(FinishReason reason, int lastTokens = 0) => new(reason, Usage with { CompletionTokens = Turn.TokenCount + lastTokens });

    private IReadOnlyList<ChatEvent> DeltaOf(TokensReport report) => report.TokenIds.Count == 0 && report.Text.Length == 0 ? []
        : [new TextDelta(report.Text, report.TokenIds) { LogProbabilities = Settings.LogProbabilities ? report.LogProbabilities : null }];

    private async Task<TokensReport> DecodeAsync(bool wantsImage, int left) => (await _spans.RunAsync<TokensReport, IDecoderWorkerGrain>(
        WorkerRole.Decoder,
        Images,
        (worker, span) =>
        {
            _tokensBefore = Turn.TokenCount; // what was answered before this span began is part of what it begins with
            return worker.StartAsync(new GenerationRequest(span.Id, _session.AsReference<ISpanOwner>(), _tenant, _session.State.SequenceOf(Turn), Settings)
            {
                GeneratedTokens = Turn.SpanTokens,
                WantsImage = wantsImage,
                MaxNewTokens = Math.Max(left, 1),
                Seed = Settings.Seed!.Value + Turn.Images.Count,
                Priority = Turn.Accepted.Priority,
            });
        },
        (worker, span) => worker.CancelAsync(span.Id)))!;

    private async Task<ImageId?> PaintAsync(ImagePrompt prompt)
    {
        var started = Turn.OpenImage!;
        var before = _session.State.SequenceOf(Turn).OfType<ImagePart>().Select(part => part.Image).ToArray();
        var painted = await _spans.RunAsync<PaintedReport, IDiffusionWorkerGrain>(
            WorkerRole.Diffusion,
            Images,
            (worker, span) => worker.StartAsync(
                new PaintingRequest(span.Id, _session.AsReference<ISpanOwner>(), _tenant, prompt, before, started.Seed, Settings.ImageSteps, Settings.GuidanceScale)
                {
                    PreviewEvery = Settings.PreviewEvery,
                    Priority = Turn.Accepted.Priority,
                }),
            (worker, span) => worker.CancelAsync(span.Id),
            isBound: true);
        return painted?.Image;
    }

    // All that the sequence shows, each once.
    private ImageId[] Images() => [.. _session.State.SequenceOf(Turn).OfType<ImagePart>().Select(part => part.Image).Distinct()];

    private long ImageSeed(int index) => (Settings.Seed!.Value * 1_000_003) + index;
}
