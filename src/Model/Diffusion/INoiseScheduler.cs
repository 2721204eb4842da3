using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>A way of sampling: from predicted noise to the next, less noisy latents.</summary>
public interface INoiseScheduler
{
    /// <summary>Name, as options spell it.</summary>
    string Name { get; }

    /// <summary>Starts one image, or one batch of images that stay in step.</summary>
    /// <param name="steps">Denoising steps.</param>
    INoiseSteps Begin(int steps);
}
