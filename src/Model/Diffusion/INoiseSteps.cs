using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>One image's way through the timesteps. Owns what it remembers of earlier steps.</summary>
public interface INoiseSteps : IDisposable
{
    /// <summary>The timesteps, highest first.</summary>
    IReadOnlyList<int> Timesteps { get; }

    /// <summary>Whether step <paramref name="index"/> wants fresh noise.</summary>
    bool WantsNoise(int index);

    /// <summary>The latents of the next timestep.</summary>
    /// <param name="index">Which step this is, from 0, in order.</param>
    /// <param name="predictedNoise">What the UNet predicted at <c>Timesteps[index]</c>, the shape of the latents.</param>
    /// <param name="latents">[batch, 4, height, width].</param>
    /// <param name="noise">Standard normal, where wanted.</param>
    Tensor Step(int index, Tensor predictedNoise, Tensor latents, Tensor? noise);
}
