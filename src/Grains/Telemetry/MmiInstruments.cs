using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MmiGrains.Grains.Telemetry;

/// <summary>What is measured, named after vLLM's metrics where they mean the same. Times are in seconds.</summary>
public static class MmiInstruments
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string Name = "MmiGrains";

    /// <summary>One trace per turn.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>From a span's start to its first token.</summary>
    public static readonly Histogram<double> TimeToFirstToken = Meter.CreateHistogram<double>("mmi:time_to_first_token_seconds", "s");

    /// <summary>From one token of a span to the next.</summary>
    public static readonly Histogram<double> InterTokenLatency = Meter.CreateHistogram<double>("mmi:inter_token_latency_seconds", "s");

    /// <summary>From one denoising step of an image to the next.</summary>
    public static readonly Histogram<double> DenoisingStep = Meter.CreateHistogram<double>("mmi:denoising_step_seconds", "s");

    /// <summary>From an image's start to its end.</summary>
    public static readonly Histogram<double> ImageTime = Meter.CreateHistogram<double>("mmi:image_seconds", "s");

    /// <summary>Tokens that prompts had.</summary>
    public static readonly Counter<long> PromptTokens = Meter.CreateCounter<long>("mmi:prompt_tokens_total");

    /// <summary>Of them, tokens that were found computed.</summary>
    public static readonly Counter<long> CachedTokens = Meter.CreateCounter<long>("mmi:prompt_tokens_cached_total");

    /// <summary>Generated tokens.</summary>
    public static readonly Counter<long> GenerationTokens = Meter.CreateCounter<long>("mmi:generation_tokens_total");

    /// <summary>Images whose features were in the silo's memory.</summary>
    public static readonly Counter<long> PyramidHits = Meter.CreateCounter<long>("mmi:pyramid_cache_hits_total");

    /// <summary>Images whose features were fetched.</summary>
    public static readonly Counter<long> PyramidMisses = Meter.CreateCounter<long>("mmi:pyramid_cache_misses_total");

    /// <summary>Encoded images.</summary>
    public static readonly Counter<long> ImagesEncoded = Meter.CreateCounter<long>("mmi:images_encoded_total");

    /// <summary>Painted images.</summary>
    public static readonly Counter<long> ImagesPainted = Meter.CreateCounter<long>("mmi:images_painted_total");

    /// <summary>Spans that were given to another worker.</summary>
    public static readonly Counter<long> SpansRetried = Meter.CreateCounter<long>("mmi:spans_retried_total");

    /// <summary>Shows a number whenever it is asked for.</summary>
    public static void Observe(string name, Func<double> read) => Meter.CreateObservableGauge(name, read);
}
