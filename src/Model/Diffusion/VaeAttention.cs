using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Single-headed self-attention over the positions of a map.</summary>
public sealed class VaeAttention : Module<Tensor, Tensor>
{
    [ComponentName(Name = "group_norm")] private readonly GroupNorm _norm;
    [ComponentName(Name = "to_q")] private readonly Linear _query;
    [ComponentName(Name = "to_k")] private readonly Linear _key;
    [ComponentName(Name = "to_v")] private readonly Linear _value;
    [ComponentName(Name = "to_out")] private readonly ModuleList<Linear> _output;

    /// <param name="channels">Channels of the map.</param>
    /// <param name="groups">Groups of the norm.</param>
    public VaeAttention(int channels, int groups) : base(nameof(VaeAttention))
    {
        _norm = GroupNorms.Create(groups, channels, AutoencoderKL.NormEpsilon);
        _query = Linear(channels, channels);
        _key = Linear(channels, channels);
        _value = Linear(channels, channels);
        _output = ModuleList(Linear(channels, channels));
        RegisterComponents();
    }

    // [batch, channels, height, width] -> the same
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var tokens = _norm.forward(x).flatten(2).transpose(1, 2);
        var (q, k, v) = (_query.forward(tokens), _key.forward(tokens), _value.forward(tokens));
        var attended = AttentionHeads.Merge(AttentionHeads.Attend(AttentionHeads.Split(q, 1), AttentionHeads.Split(k, 1), AttentionHeads.Split(v, 1)));
        return x + _output[0].forward(attended).transpose(1, 2).reshape(x.shape);
    }
}
