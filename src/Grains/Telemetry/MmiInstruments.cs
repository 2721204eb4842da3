using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MmiGrains.Grains.Telemetry;

/// <summary>
/// What is measured beside the engines, named after vLLM's metrics where they mean the same. Times are in seconds. Prometheus sees 'mmi.prompt_tokens' as
/// 'mmi_prompt_tokens_total' and 'mmi.time_to_first_token' as 'mmi_time_to_first_token_seconds'.
/// </summary>
public static class MmiInstruments
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string Name = "MmiGrains";

    /// <summary>One trace per turn.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> Latencies = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640],
    };

    /// <summary>From a span's start to its first token.</summary>
    public static readonly Histogram<double> TimeToFirstToken = Meter.CreateHistogram("mmi.time_to_first_token", "s", "From a span's start to its first token.", advice: Latencies);

    /// <summary>From one token of a span to the next.</summary>
    public static readonly Histogram<double> InterTokenLatency = Meter.CreateHistogram("mmi.inter_token_latency", "s", "From one token to the next.", advice: Latencies);

    /// <summary>From a turn's acceptance to its end, whichever silos had it.</summary>
    public static readonly Histogram<double> TurnTime = Meter.CreateHistogram("mmi.e2e_request_latency", "s", "From a turn's acceptance to its end.", advice: Latencies);

    /// <summary>What a turn's stages take; the tag 'stage' is fetch, encode, decode, paint or store.</summary>
    public static readonly Histogram<double> StageTime = Meter.CreateHistogram("mmi.stage_time", "s", "A stage of a turn.", advice: Latencies);

    /// <summary>Turns that ended; the tag 'finished_reason' is stop, length, cancelled or failed.</summary>
    public static readonly Counter<long> TurnsFinished = Meter.CreateCounter<long>("mmi.requests_finished", null, "Turns that ended.");

    /// <summary>Tokens that prompts had.</summary>
    public static readonly Counter<long> PromptTokens = Meter.CreateCounter<long>("mmi.prompt_tokens", null, "Tokens of prompts.");

    /// <summary>Of them, tokens that were found computed.</summary>
    public static readonly Counter<long> PrefixCacheHits = Meter.CreateCounter<long>("mmi.prefix_cache_hits", null, "Tokens of prompts that were found computed.");

    /// <summary>Generated tokens.</summary>
    public static readonly Counter<long> GenerationTokens = Meter.CreateCounter<long>("mmi.generation_tokens", null, "Generated tokens.");

    /// <summary>Images whose features a device asked for.</summary>
    public static readonly Counter<long> PyramidQueries = Meter.CreateCounter<long>("mmi.pyramid_cache_queries", null, "Images whose features a device asked for.");

    /// <summary>Of them, images whose features were in the silo's memory.</summary>
    public static readonly Counter<long> PyramidHits = Meter.CreateCounter<long>("mmi.pyramid_cache_hits", null, "Of them, those in the silo's memory.");

    /// <summary>Images whose features came back from disk.</summary>
    public static readonly Counter<long> PyramidSpillHits = Meter.CreateCounter<long>("mmi.pyramid_spill_hits", null, "Images whose features came back from disk.");

    /// <summary>Encoded images.</summary>
    public static readonly Counter<long> ImagesEncoded = Meter.CreateCounter<long>("mmi.images_encoded", null, "Encoded images.");

    /// <summary>Painted images.</summary>
    public static readonly Counter<long> ImagesPainted = Meter.CreateCounter<long>("mmi.images_painted", null, "Painted images.");

    /// <summary>Spans that were given to another worker.</summary>
    public static readonly Counter<long> SpansRetried = Meter.CreateCounter<long>("mmi.spans_retried", null, "Spans that were given to another worker.");

    /// <summary>Sessions whose silo was lost in the middle of a turn, and that were taken up here.</summary>
    public static readonly Counter<long> SessionsRevived = Meter.CreateCounter<long>("mmi.sessions_revived", null, "Sessions taken up after their silo was lost.");

    /// <summary>Counts a turn that ended.</summary>
    internal static void TurnEnded(string reason) => TurnsFinished.Add(1, new KeyValuePair<string, object?>("finished_reason", reason));

    /// <summary>Measures a stage that began at a timestamp.</summary>
    internal static void Stage(string stage, long began) => StageTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
}
