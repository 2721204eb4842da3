using System.Diagnostics.Metrics;

namespace MmiGrains.Model.Engines;

/// <summary>What engines measure, named after vLLM's metrics where they mean the same. Times are in seconds; the tag 'engine' says whose.</summary>
public static class EngineInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "MmiGrains.Engines";

    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> Times =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 640] };

    private static readonly InstrumentAdvice<int> Counts = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] };

    /// <summary>From a request's arrival at an engine until it first runs.</summary>
    public static readonly Histogram<double> QueueTime = Meter.CreateHistogram("mmi.request_queue_time", "s", "From arrival until it first runs.", advice: Times);

    /// <summary>From a sequence's first step to its first token.</summary>
    public static readonly Histogram<double> PrefillTime = Meter.CreateHistogram("mmi.request_prefill_time", "s", "From the first step to the first token.", advice: Times);

    /// <summary>From a sequence's first token to its last.</summary>
    public static readonly Histogram<double> DecodeTime = Meter.CreateHistogram("mmi.request_decode_time", "s", "From the first token to the last.", advice: Times);

    /// <summary>An engine's step: of the diffusion engine, one denoising step of a batch.</summary>
    public static readonly Histogram<double> StepTime = Meter.CreateHistogram("mmi.engine_step_time", "s", "One step; of diffusion, one denoising step.", advice: Times);

    /// <summary>Requests that a step works on together.</summary>
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram("mmi.batch_size", null, "Requests of one step.", advice: Counts);

    /// <summary>Tokens of a decoder's step, those of prompts included.</summary>
    public static readonly Histogram<int> IterationTokens = Meter.CreateHistogram("mmi.iteration_tokens", null, "Tokens of one step.", advice: Counts);

    /// <summary>Sequences that had to give their blocks to others.</summary>
    public static readonly Counter<long> Preemptions = Meter.CreateCounter<long>("mmi.num_preemptions", null, "Sequences that gave way.");

    /// <summary>Denoising steps of images.</summary>
    public static readonly Counter<long> DenoisingSteps = Meter.CreateCounter<long>("mmi.denoising_steps", null, "Denoising steps of images.");

    /// <summary>The tag that says whose a number is.</summary>
    internal static KeyValuePair<string, object?> Of(string engine) => new("engine", engine);
}
