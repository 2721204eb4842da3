using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Tensors;

/// <summary>Root mean square normalisation (arXiv 1910.07467): x / sqrt(mean(x^2) + eps) * weight, over the last dimension.</summary>
public sealed class RmsNorm : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    private readonly double _epsilon;

    /// <param name="width">Channels of the last dimension.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public RmsNorm(long width, double epsilon) : base(nameof(RmsNorm))
    {
        _weight = Parameter(ones(width));
        _epsilon = epsilon;
        RegisterComponents();
    }

    /// <summary>[width].</summary>
    public Parameter Weight => _weight;

    /// <summary>Added to the mean square.</summary>
    public double Epsilon => _epsilon;

    // [..., width] -> [..., width]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        // The variance is taken in float32 whatever the activations are; half precision overflows here.
        var wide = x.to_type(ScalarType.Float32);
        var variance = wide.square().mean([-1], keepdim: true);
        return _weight * (wide * rsqrt(variance + _epsilon)).to_type(x.dtype);
    }
}
