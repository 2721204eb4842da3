using System.Diagnostics;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Text;

namespace MmiGrains.Grains.Workers;

/// <summary>Carries an engine's tokens to a span's owner: the first at once, then as many as have come since the last report was journaled.</summary>
internal sealed class DecodingSpan
{
    // Nobody reads hundreds of tokens a second, so a report that carries many waits longer: each costs a journaled write.
    private const int ManyTokens = 8;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(40), BetweenLongReports = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private readonly GenerationRequest _request;
    private readonly EngineTask<DecodeRequest, DecoderEvent> _task;
    private readonly Func<bool> _isAlive;
    private readonly SpanReporter _reporter;
    private readonly IncrementalDetokenizer _detokenizer;
    private readonly StopTexts _stops;
    private readonly List<int> _ids = [];
    private readonly List<float> _logProbabilities = [];
    private string _text = "";
    private SpanEnded? _ended;
    private int _generated;

    public DecodingSpan(GenerationRequest request, EngineTask<DecodeRequest, DecoderEvent> task, LlamaTokenizer tokenizer, Func<bool> isAlive, SpanReporter reporter)
    {
        (_request, _task, _isAlive, _reporter) = (request, task, isAlive, reporter);
        (_detokenizer, _stops) = (new IncrementalDetokenizer(tokenizer), new StopTexts(request.Settings.Stop));

        // What was generated before has been told: it is only heard again.
        foreach (var id in task.Request.TokenIds.TakeLast(request.GeneratedTokens))
        {
            _stops.Append(_detokenizer.Append((int)id));
        }
    }

    public async Task RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var last = 0L;
        using var activity = TurnTrace.Begin("decode");
        try
        {
            while (_ended is null)
            {
                if (!await HasMoreAsync())
                {
                    // Of a device that hangs its owner hears nothing, and gives the span to another.
                    if (_isAlive() && !await _reporter.SendAsync((span, number) => new TokensReport(span, number, [], [], "")))
                    {
                        _task.Cancel();
                        return;
                    }

                    continue;
                }

                Take();
                var now = Stopwatch.GetTimestamp();
                if (_ids.Count > 0)
                {
                    (last == 0 ? MmiInstruments.TimeToFirstToken : MmiInstruments.InterTokenLatency).Record(
                        last == 0 ? Stopwatch.GetElapsedTime(began, now).TotalSeconds : Stopwatch.GetElapsedTime(last, now).TotalSeconds / _ids.Count);
                    if (last == 0)
                    {
                        activity?.AddEvent(new ActivityEvent("first token"));
                    }

                    last = now;
                }

                var pause = _ids.Count >= ManyTokens ? BetweenLongReports : BetweenReports;
                if (!await ReportAsync())
                {
                    _task.Cancel();
                    return;
                }

                if (_ended is null)
                {
                    await Task.WhenAny(Task.Delay(pause), _task.Finished); // the end is told at once
                }
            }
        }
        catch (Exception problem)
        {
            _task.Cancel();
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            await _reporter.FailAsync(problem);
        }
        finally
        {
            MmiInstruments.Stage("decode", began);
            activity?.SetTag("mmi.span", _request.SpanId).SetTag("mmi.generation_tokens", _generated).SetTag("mmi.prompt_tokens", _ended?.PromptTokens)
                .SetTag("mmi.prefix_cache_hits", _ended?.ReusedTokens).SetTag("mmi.end", _ended?.Reason.ToString());
        }
    }

    private async Task<bool> HasMoreAsync()
    {
        var more = _task.Events.WaitToReadAsync().AsTask();
        return await Task.WhenAny(more, Task.Delay(Heartbeat)) == more && await more;
    }

    private void Take()
    {
        while (_ended is null && _task.Events.TryRead(out var e))
        {
            switch (e)
            {
                case TokenDecoded token:
                    _ids.Add(token.Id);
                    _logProbabilities.Add(token.LogProbability);
                    _text += _stops.Append(_detokenizer.Append(token.Id));
                    if (_stops.IsStopped)
                    {
                        _task.Cancel();
                        _ended = new SpanEnded(SpanEnd.EndOfText, _task.Request.TokenIds.Count, 0);
                    }

                    break;
                case SpanEnded ended:
                    _text += _stops.Append(_detokenizer.Flush()) + _stops.Flush();
                    _ended = ended;
                    MmiInstruments.PromptTokens.Add(ended.PromptTokens);
                    MmiInstruments.PrefixCacheHits.Add(ended.ReusedTokens);
                    break;
            }
        }
    }

    private async Task<bool> ReportAsync()
    {
        var (ids, logProbabilities, text) = (_ids.ToArray(), _logProbabilities.ToArray(), _text);
        _ids.Clear();
        _logProbabilities.Clear();
        _text = "";
        _generated += ids.Length;
        MmiInstruments.GenerationTokens.Add(ids.Length);
        return await _reporter.SendAsync((span, number) => new TokensReport(span, number, ids, logProbabilities, text)
        {
            End = _ended is null ? null : (SpanEndReason)_ended.Reason,
            Prompt = _ended?.Image is { } prompt ? new ImagePrompt(prompt) : null,
            PromptTokens = _ended?.PromptTokens ?? 0,
            CachedTokens = _ended?.ReusedTokens ?? 0,
        });
    }
}
