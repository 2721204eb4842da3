namespace MmiGrains.Model.Training;

/// <summary>AdamW as pre-training uses it; the defaults are the release's.</summary>
public sealed record OptimizerConfig
{
    /// <summary>Learning rate of parameters that no override names.</summary>
    public double Lr { get; init; } = 1e-4;

    /// <summary>Decay of the running means of gradient and squared gradient.</summary>
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.995];

    /// <summary>Added to the root of the second mean.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Weight decay of parameters that no override names.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Total norm that gradients are clipped to.</summary>
    public double GradClipNorm { get; init; } = 1.0;

    /// <summary>[part of a name, learning rate, weight decay]: the first that a parameter's name contains wins. Rate 0 leaves them as they are.</summary>
    public IReadOnlyList<OptimizerOverride> OverridesFirstMatch { get; init; } =
    [
        new("llama_cross_attn.gate", 1e-4, 0),
        new("sampling_offsets", 1e-5, 0),
        new("llama_cross_attn", 1e-4, 0.05),
        new("image_decoder.decoder.unet", 1e-5, 0.05),
    ];
}
