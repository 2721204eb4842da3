using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>ViT-Adapter's convolutional stem: maps of the image at 1/4, 1/8, 1/16 and 1/32 of its side.</summary>
public sealed class SpatialPriorModule : Module
{
    [ComponentName(Name = "stem")] private readonly Sequential _stem;
    [ComponentName(Name = "conv2")] private readonly Sequential _stage2;
    [ComponentName(Name = "conv3")] private readonly Sequential _stage3;
    [ComponentName(Name = "conv4")] private readonly Sequential _stage4;
    [ComponentName(Name = "fc1")] private readonly SquareConvolution _project1;
    [ComponentName(Name = "fc2")] private readonly SquareConvolution _project2;
    [ComponentName(Name = "fc3")] private readonly SquareConvolution _project3;
    [ComponentName(Name = "fc4")] private readonly SquareConvolution _project4;

    /// <param name="config">Sizes.</param>
    /// <param name="width">Channels of the maps that come out.</param>
    public SpatialPriorModule(AdapterConfig config, int width) : base(nameof(SpatialPriorModule))
    {
        var c = config.SpatialPriorChannels;
        _stem = Sequential(
        [
            .. Stage(3, c, 2, config), .. Stage(c, c, 1, config), .. Stage(c, c, 1, config),
            MaxPool2d(3, stride: 2, padding: 1),
        ]);
        _stage2 = Sequential(Stage(c, 2 * c, 2, config));
        _stage3 = Sequential(Stage(2 * c, 4 * c, 2, config));
        _stage4 = Sequential(Stage(4 * c, 4 * c, 2, config));
        _project1 = new SquareConvolution(c, width, 1);
        _project2 = new SquareConvolution(2 * c, width, 1);
        _project3 = new SquareConvolution(4 * c, width, 1);
        _project4 = new SquareConvolution(4 * c, width, 1);
        RegisterComponents();
    }

    /// <summary>[batch, 3, side, side] to four maps [batch, width, side / 4, 8, 16, 32 on a side], the largest only when it is asked for.</summary>
    public (Func<Tensor> Quarter, Tensor Eighth, Tensor Sixteenth, Tensor ThirtySecond) Extract(Tensor pixels)
    {
        var c1 = _stem.forward(pixels);
        var c2 = _stage2.forward(c1);
        var c3 = _stage3.forward(c2);
        var c4 = _stage4.forward(c3);
        return (() => _project1.forward(c1), _project2.forward(c2), _project3.forward(c3), _project4.forward(c4));
    }

    private static Module<Tensor, Tensor>[] Stage(int from, int to, int stride, AdapterConfig config) =>
    [
        new SquareConvolution(from, to, 3, stride: stride, padding: 1, hasBias: false),
        new ChannelNorm(to, config.SpatialPriorNormEps),
        ReLU(),
    ];
}
