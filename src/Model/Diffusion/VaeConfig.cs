namespace MmiGrains.Model.Diffusion;

/// <summary>Stable Diffusion's autoencoder; the defaults are 2.1's.</summary>
public sealed record VaeConfig
{
    /// <summary>Channels of an image.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels of a decoded image.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>Channels of each level; one level fewer halvings than levels.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [128, 256, 512, 512];

    /// <summary>Residual blocks per level when encoding; one more when decoding.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Channels of the latents.</summary>
    public int LatentChannels { get; init; } = 4;

    /// <summary>Groups of the group norms.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>What latents are multiplied by for the UNet.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Pixels per latent position, on a side.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Reduction => 1 << (BlockOutChannels.Count - 1);
}
