using MmiGrains.Kernels;
using MmiGrains.Model.Diffusion;
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
    }

    /// <summary>Between images and latents.</summary>
    public AutoencoderKL Vae => _vae;

    /// <summary>Predicts noise.</summary>
    public UNet Unet => _unet;

    /// <summary>Lets the UNet look at images.</summary>
    public MmfsNet Mmfs => _mmfs;
}
