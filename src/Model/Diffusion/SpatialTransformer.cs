using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>A transformer over the positions of a map, which also attends to the conditioning.</summary>
public sealed class SpatialTransformer : Module
{
    private const double NormEpsilon = 1e-6;

    [ComponentName(Name = "norm")] private readonly GroupNorm _norm;
    [ComponentName(Name = "proj_in")] private readonly Linear _input;
    [ComponentName(Name = "transformer_blocks")] private readonly ModuleList<Block> _blocks;
    [ComponentName(Name = "proj_out")] private readonly Linear _output;

    /// <param name="config">Sizes.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="heads">Attention heads.</param>
    public SpatialTransformer(UNetConfig config, int channels, int heads) : base(nameof(SpatialTransformer))
    {
        _norm = GroupNorms.Create(config.NormNumGroups, channels, NormEpsilon);
        _input = Linear(channels, channels);
        _blocks = ModuleList(new Block(channels, config.CrossAttentionDim, heads));
        _output = Linear(channels, channels);
        RegisterComponents();
    }

    /// <summary>[batch, channels, height, width] to the same.</summary>
    /// <param name="x">Map.</param>
    /// <param name="conditioning">[batch, tokens, cross attention width].</param>
    public Tensor Forward(Tensor x, Tensor conditioning)
    {
        var tokens = _input.forward(_norm.forward(x).flatten(2).transpose(1, 2));
        foreach (var block in _blocks)
        {
            tokens = block.Forward(tokens, conditioning);
        }

        return x + _output.forward(tokens).transpose(1, 2).reshape(x.shape);
    }

    private sealed class Block : Module
    {
        [ComponentName(Name = "norm1")] private readonly LayerNorm _selfNorm;
        [ComponentName(Name = "attn1")] private readonly CrossAttention _selfAttention;
        [ComponentName(Name = "norm2")] private readonly LayerNorm _crossNorm;
        [ComponentName(Name = "attn2")] private readonly CrossAttention _crossAttention;
        [ComponentName(Name = "norm3")] private readonly LayerNorm _mlpNorm;
        [ComponentName(Name = "ff")] private readonly GegluMlp _mlp;

        public Block(int width, int contextWidth, int heads) : base(nameof(Block))
        {
            _selfNorm = LayerNorm(width);
            _selfAttention = new CrossAttention(width, width, heads);
            _crossNorm = LayerNorm(width);
            _crossAttention = new CrossAttention(width, contextWidth, heads);
            _mlpNorm = LayerNorm(width);
            _mlp = new GegluMlp(width);
            RegisterComponents();
        }

        public Tensor Forward(Tensor x, Tensor conditioning)
        {
            var normed = _selfNorm.forward(x);
            x = x + _selfAttention.Attend(normed, normed);
            x = x + _crossAttention.Attend(_crossNorm.forward(x), conditioning);
            return x + _mlp.forward(_mlpNorm.forward(x));
        }
    }
}
