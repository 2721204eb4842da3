namespace MmiGrains.Model.Training;

/// <summary>How the autoencoder is trained: error of the pixels, and little pressure towards a standard normal posterior.</summary>
public sealed record AutoencoderObjectiveConfig
{
    /// <summary>Weight of the posterior's divergence from the standard normal, per latent number.</summary>
    public double DivergenceWeight { get; init; } = 1e-4;

    /// <summary>Share of the mean absolute error in the pixels' loss; the rest is the mean squared error.</summary>
    public double AbsoluteShare { get; init; } = 0.5;

    /// <summary>
    /// Side in pixels of what is cut out of each picture and trained on, a multiple of the latents' reduction; 0 takes whole pictures. Of four cuts the
    /// one with the most contrast is taken: details are where the error is, and a plain background costs as much time.
    /// </summary>
    public int Crop { get; init; }
}
