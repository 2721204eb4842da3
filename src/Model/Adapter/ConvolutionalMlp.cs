using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>Feed-forward with a depth-wise 3 x 3 convolution over each of the three maps, one set of weights for all.</summary>
public sealed class ConvolutionalMlp : Module
{
    [ComponentName(Name = "fc1")] private readonly Linear _up;
    [ComponentName(Name = "dwconv")] private readonly DepthwiseConvolution _convolution;
    [ComponentName(Name = "fc2")] private readonly Linear _down;

    /// <param name="width">Channels of a token.</param>
    /// <param name="inner">Channels inside.</param>
    public ConvolutionalMlp(int width, int inner) : base(nameof(ConvolutionalMlp))
    {
        _up = Linear(width, inner);
        _convolution = new DepthwiseConvolution(inner);
        _down = Linear(inner, width);
        RegisterComponents();
    }

    /// <summary>[batch, positions of all levels, width] to the same.</summary>
    public Tensor Forward(Tensor x, IReadOnlyList<LevelShape> levels) =>
        _down.forward(functional.gelu(_convolution.Forward(_up.forward(x), levels)));

    private sealed class DepthwiseConvolution : Module
    {
        [ComponentName(Name = "dwconv")] private readonly Conv2d _convolution;

        public DepthwiseConvolution(int width) : base(nameof(DepthwiseConvolution))
        {
            _convolution = Conv2d(width, width, 3, padding: 1, groups: width);
            RegisterComponents();
        }

        public Tensor Forward(Tensor x, IReadOnlyList<LevelShape> levels)
        {
            var maps = x.split(levels.Select(level => (long)level.PositionCount).ToArray(), 1);
            var convolved = maps.Zip(levels, (map, level) =>
                _convolution.forward(map.transpose(1, 2).reshape(x.shape[0], -1, level.Height, level.Width)).flatten(2).transpose(1, 2));
            return cat(convolved.ToArray(), 1);
        }
    }
}
