using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Image to the mean and log variance of its latents.</summary>
public sealed class VaeEncoder : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_in")] private readonly SquareConvolution _input;
    [ComponentName(Name = "down_blocks")] private readonly ModuleList<Level> _levels;
    [ComponentName(Name = "mid_block")] private readonly VaeMiddleBlock _middle;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _norm;
    [ComponentName(Name = "conv_out")] private readonly SquareConvolution _output;

    /// <param name="config">Sizes.</param>
    public VaeEncoder(VaeConfig config) : base(nameof(VaeEncoder))
    {
        _input = new SquareConvolution(config.InChannels, config.BlockOutChannels[0], 3, padding: 1);
        _levels = ModuleList(Enumerable.Range(0, config.BlockOutChannels.Count).Select(level => new Level(config, level)).ToArray());
        _middle = new VaeMiddleBlock(config);
        _norm = GroupNorms.Create(config.NormNumGroups, config.BlockOutChannels[^1], AutoencoderKL.NormEpsilon);
        _output = new SquareConvolution(config.BlockOutChannels[^1], config.LatentChannels * 2, 3, padding: 1);
        RegisterComponents();
    }

    // [images, 3, height, width] -> [images, 2 * latent channels, height / 8, width / 8]
    /// <inheritdoc/>
    public override Tensor forward(Tensor images)
    {
        var x = _input.forward(images);
        foreach (var level in _levels)
        {
            x = level.forward(x);
        }

        return _output.forward(functional.silu(_norm.forward(_middle.forward(x))));
    }

    private sealed class Level : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
        [ComponentName(Name = "downsamplers")] private readonly ModuleList<Downsampler>? _downsamplers;

        public Level(VaeConfig config, int level) : base(nameof(Level))
        {
            var channels = config.BlockOutChannels;
            _resnets = ModuleList(Enumerable.Range(0, config.LayersPerBlock).Select(i => new ResnetBlock(
                i == 0 ? channels[int.Max(level - 1, 0)] : channels[level], channels[level],
                config.NormNumGroups, AutoencoderKL.NormEpsilon)).ToArray());
            _downsamplers = level < channels.Count - 1 ? ModuleList(new Downsampler(channels[level], padAfter: true)) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            foreach (var resnet in _resnets)
            {
                x = resnet.Forward(x);
            }

            return _downsamplers?[0].forward(x) ?? x;
        }
    }
}
