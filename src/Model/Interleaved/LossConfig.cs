using MmiGrains.Model.Diffusion;

namespace MmiGrains.Model.Interleaved;

/// <summary>How the training losses are weighed.</summary>
public sealed record LossConfig
{
    /// <summary>Weight of the text loss.</summary>
    public double TextWeight { get; init; } = 1;

    /// <summary>Weight of the image loss.</summary>
    public double ImageWeight { get; init; } = 10;

    /// <summary>
    /// Whether the image loss is the mean over the images that are trained. In the reference it is the mean over all, those that are only
    /// read counting as zero.
    /// </summary>
    public bool MeanOverTrainedImages { get; init; }

    /// <summary>Data sets whose text is not trained where no image precedes it.</summary>
    public IReadOnlyList<string> DatasetsIgnoringTextWithoutImage { get; init; } = ["laion_en", "laion_coco"];

    /// <summary>
    /// Noises and timesteps drawn for each trained image of a step; 1 in the reference. What tells the UNet what to paint is computed once,
    /// so that a further one costs the UNet alone.
    /// </summary>
    public int NoisesPerImage { get; init; } = 1;

    /// <summary>Which timesteps are drawn; null for all alike, as in the reference.</summary>
    public TimestepDistribution? Timesteps { get; init; }

    /// <summary>
    /// How much more the image loss counts where the picture changes (<see cref="DetailWeights"/>, averaged over what a latent stands for), its mean weight
    /// staying 1; 0 counts all alike, as the reference does. It leaves what is best to predict as it is, and says where to be good at it first.
    /// </summary>
    public double DetailWeight { get; init; }
}
