using MmiGrains.Model.Diffusion;

namespace MmiGrains.Model.Training;

/// <summary>How the autoencoder is trained: error of the pixels, and little pressure towards a standard normal posterior.</summary>
public sealed record AutoencoderObjectiveConfig
{
    /// <summary>Weight of the posterior's divergence from the standard normal, per latent number.</summary>
    public double DivergenceWeight { get; init; } = 1e-4;

    /// <summary>Share of the mean absolute error in the pixels' loss; the rest is the mean squared error.</summary>
    public double AbsoluteShare { get; init; } = 0.5;

    /// <summary>
    /// How much more a pixel's error counts where the picture changes (<see cref="DetailWeights"/>). 0 counts all pixels alike; fine patterns are then the
    /// last to come, for their contrast is low.
    /// </summary>
    public double DetailWeight { get; init; }

    /// <summary>
    /// Side in pixels of what is cut out of each picture and trained on, a multiple of the latents' reduction; 0 takes whole pictures. Of four cuts the
    /// one with the most contrast is taken: details are where the error is, and a plain background costs as much time.
    /// </summary>
    public int Crop { get; init; }
}
