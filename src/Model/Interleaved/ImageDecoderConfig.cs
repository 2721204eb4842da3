using MmiGrains.Model.Diffusion;

namespace MmiGrains.Model.Interleaved;

/// <summary>The image decoder; the defaults are the release's.</summary>
public sealed record ImageDecoderConfig
{
    /// <summary>Share of training images whose conditioning is dropped.</summary>
    public double UncondProb { get; init; } = 0.1;

    /// <summary>Seed of the first sampled image.</summary>
    public int SamplingBaseSeed { get; init; } = 42;

    /// <summary>Guidance scale where none is asked for.</summary>
    public double GuidanceScaleDefault { get; init; } = 7.5;

    /// <summary>Denoising steps where none are asked for.</summary>
    public int InferenceStepsDefault { get; init; } = 30;

    /// <summary>Images sampled together.</summary>
    public int DecodeMiniBatch { get; init; } = 8;

    /// <summary>Previous images that the UNet looks at; the reference looks at one.</summary>
    public int ContextImages { get; init; } = 1;

    /// <summary>How the UNet looks at images.</summary>
    public MmfsNetConfig Mmfs { get; init; } = new();

    /// <summary>The UNet.</summary>
    public UNetConfig Unet { get; init; } = new();

    /// <summary>The autoencoder.</summary>
    public VaeConfig Vae { get; init; } = new();

    /// <summary>The diffusion timetable.</summary>
    public NoiseScheduleConfig Scheduler { get; init; } = new();
}
