using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>Layer norm over the channels of a map: (x - mean) / sqrt(variance + eps) * weight + bias at each position.</summary>
public sealed class ChannelNorm : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;
    private readonly double _epsilon;

    /// <param name="channels">Channels of the map.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public ChannelNorm(long channels, double epsilon) : base(nameof(ChannelNorm))
    {
        _weight = Parameter(ones(channels));
        _bias = Parameter(zeros(channels));
        _epsilon = epsilon;
        RegisterComponents();
    }

    // [batch, channels, height, width] -> the same
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var normal = functional.layer_norm(x.permute(0, 2, 3, 1), [_weight.shape[0]], _weight, _bias, _epsilon);
        return normal.permute(0, 3, 1, 2);
    }
}
