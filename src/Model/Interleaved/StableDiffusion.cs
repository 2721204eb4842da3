using MmiGrains.Kernels;
using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Interleaved;

/// <summary>The checkpoint's <c>decoder</c>: autoencoder, UNet, and what lets the UNet look at images.</summary>
public sealed class StableDiffusion : Module
{
    [ComponentName(Name = "vae")] private readonly AutoencoderKL _vae;
    [ComponentName(Name = "unet")] private readonly UNet _unet;
    [ComponentName(Name = "mmfs_module")] private readonly MmfsNet _mmfs;

    /// <param name="config">Sizes.</param>
    /// <param name="featureWidth">Channels of the images' features.</param>
    /// <param name="kernels">The device's kernels.</param>
    public StableDiffusion(ImageDecoderConfig config, int featureWidth, KernelSet kernels) : base(nameof(StableDiffusion))
    {
        _vae = new AutoencoderKL(config.Vae);
        _unet = new UNet(config.Unet);
        _mmfs = new MmfsNet(config.Mmfs, config.Unet, featureWidth, kernels);
        RegisterComponents();
        Schedule = new NoiseSchedule(config.Scheduler);
    }

    /// <summary>The diffusion timetable.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>Between images and latents.</summary>
    public AutoencoderKL Vae => _vae;

    /// <summary>Predicts what the timetable says.</summary>
    public UNet Unet => _unet;

    /// <summary>Lets the UNet look at images.</summary>
    public MmfsNet Mmfs => _mmfs;

    /// <summary>The noise in latents.</summary>
    /// <param name="latents">[batch, channels, side, side].</param>
    /// <param name="timesteps">[batch].</param>
    /// <param name="conditioning">[batch, tokens, width].</param>
    /// <param name="images">What each row looks at; null for nothing.</param>
    public Tensor PredictNoise(Tensor latents, Tensor timesteps, Tensor conditioning, VisibleImages? images) =>
        Schedule.Noise(_unet.Predict(latents, timesteps, conditioning, _mmfs, images), latents, timesteps);
}
