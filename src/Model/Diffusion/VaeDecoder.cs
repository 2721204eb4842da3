using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Latents to an image.</summary>
public sealed class VaeDecoder : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")] private readonly SquareConvolution _input;
    [ComponentName(Name = "up_blocks")] private readonly ModuleList<Level> _levels;
    [ComponentName(Name = "mid_block")] private readonly VaeMiddleBlock _middle;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _norm;
    [ComponentName(Name = "conv_out")] private readonly SquareConvolution _output;

    /// <param name="config">Sizes.</param>
    public VaeDecoder(VaeConfig config) : base(nameof(VaeDecoder))
    {
        _input = new SquareConvolution(config.LatentChannels, config.BlockOutChannels[^1], 3, padding: 1);
        _levels = ModuleList(Enumerable.Range(0, config.BlockOutChannels.Count).Select(index => new Level(config, index)).ToArray());
        _middle = new VaeMiddleBlock(config);
        _norm = GroupNorms.Create(config.NormNumGroups, config.BlockOutChannels[0], AutoencoderKL.NormEpsilon);
        _output = new SquareConvolution(config.BlockOutChannels[0], config.OutChannels, 3, padding: 1);
        RegisterComponents();
    }

    // [images, latent channels, height, width] -> [images, 3, 8 * height, 8 * width]
    /// <inheritdoc/>
    public override Tensor forward(Tensor latents)
    {
        var x = _middle.forward(_input.forward(latents));
        foreach (var level in _levels)
        {
            x = level.forward(x);
        }

        return _output.forward(functional.silu(_norm.forward(x)));
    }

    private sealed class Level : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
        [ComponentName(Name = "upsamplers")] private readonly ModuleList<Upsampler>? _upsamplers;

        public Level(VaeConfig config, int index) : base(nameof(Level))
        {
            var level = config.BlockOutChannels.Count - 1 - index;
            var (own, below) = (config.BlockOutChannels[level], config.BlockOutChannels[int.Min(level + 1, config.BlockOutChannels.Count - 1)]);
            _resnets = ModuleList(Enumerable.Range(0, config.LayersPerBlock + 1)
                .Select(i => new ResnetBlock(i == 0 ? below : own, own, config.NormNumGroups, AutoencoderKL.NormEpsilon)).ToArray());
            _upsamplers = level > 0 ? ModuleList(new Upsampler(own)) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            foreach (var resnet in _resnets)
            {
                x = resnet.Forward(x);
            }

            return _upsamplers?[0].forward(x) ?? x;
        }
    }
}
