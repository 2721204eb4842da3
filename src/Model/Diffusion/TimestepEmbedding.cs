using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Timesteps to the embedding that every residual block adds: sinusoids, then two linear layers.</summary>
public sealed class TimestepEmbedding : Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear_1")] private readonly Linear _first;
    [ComponentName(Name = "linear_2")] private readonly Linear _second;
    private readonly UNetConfig _config;

    /// <param name="config">Sizes.</param>
    public TimestepEmbedding(UNetConfig config) : base(nameof(TimestepEmbedding))
    {
        _config = config;
        _first = Linear(config.BlockOutChannels[0], Width(config));
        _second = Linear(Width(config), Width(config));
        RegisterComponents();
    }

    /// <summary>Channels of the embedding.</summary>
    public static int Width(UNetConfig config) => config.BlockOutChannels[0] * 4;

    // [batch] -> [batch, width]
    /// <inheritdoc/>
    public override Tensor forward(Tensor timesteps)
    {
        var half = _config.BlockOutChannels[0] / 2;
        var exponents = -Math.Log(10000) * arange(half, ScalarType.Float32, device: timesteps.device) / (half - _config.FreqShift);
        var angles = timesteps.to_type(ScalarType.Float32).unsqueeze(1) * exp(exponents);
        var waves = _config.FlipSinToCos ? cat([cos(angles), sin(angles)], 1) : cat([sin(angles), cos(angles)], 1);
        return _second.forward(functional.silu(_first.forward(waves.to_type(_first.weight!.dtype))));
    }
}
