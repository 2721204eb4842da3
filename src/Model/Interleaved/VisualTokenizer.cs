using MmiGrains.Kernels;
using MmiGrains.Model.Adapter;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Perceiver;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Interleaved;

/// <summary>An image to a fixed number of visual tokens and a feature pyramid: adapter, resampler, projection.</summary>
public sealed class VisualTokenizer : Module
{
    [ComponentName(Name = "pos_embed")] private readonly Parameter _positions;
    [ComponentName(Name = "clip_mean")] private readonly Tensor _mean;
    [ComponentName(Name = "clip_std")] private readonly Tensor _std;
    [ComponentName(Name = "encoder")] private readonly Encoder _encoder;
    [ComponentName(Name = "pos_proj")] private readonly Linear _projection;
    [ComponentName(Name = "pos_ln")] private readonly LayerNorm _projectionNorm;
    [ComponentName(Name = "perceiver_resampler")] private readonly PerceiverResampler _resampler;
    [ComponentName(Name = "post_ln")] private readonly LayerNorm _keyNorm;
    [ComponentName(Name = "proj")] private readonly Linear _output;

    /// <param name="config">The whole model's sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public VisualTokenizer(MmInterleavedConfig config, KernelSet kernels) : base(nameof(VisualTokenizer))
    {
        var (vision, eps) = (config.VisionEncoder, config.VisualTokenizer.NormEps);
        _positions = Parameter(SinCosPositions.TwoDimensions(config.VisualTokenizer.PosGrid, vision.HiddenSize, classToken: true, config.VisualTokenizer.PosBase), requires_grad: false);
        _mean = tensor(vision.Mean.Select(value => (float)value).ToArray()).view(1, 3, 1, 1);
        _std = tensor(vision.Std.Select(value => (float)value).ToArray()).view(1, 3, 1, 1);
        _encoder = new Encoder(config, kernels);
        _projection = Linear(vision.HiddenSize, config.VisualResampler.EncoderHiddenSize);
        _projectionNorm = LayerNorm(config.VisualResampler.EncoderHiddenSize, eps);
        _resampler = new PerceiverResampler(config.VisualResampler);
        _keyNorm = LayerNorm(config.VisualResampler.EncoderHiddenSize, eps);
        _output = Linear(config.VisualResampler.HiddenSize, config.Llm.HiddenSize);
        RegisterComponents();
        BeginAsGrid(config);
    }

    /// <summary>The adapter alone: tokens and a pyramid without positions, of pixels [images, 3, side, side] in 0 to 1.</summary>
    public (Tensor Tokens, FeaturePyramid Pyramid) EncodeRaw(Tensor pixels) => _encoder.VisionModel.Encode((pixels - _mean) / _std);

    /// <summary>The adapter's tokens [images, 1 + patches, hidden] to visual tokens [images, visual tokens, hidden of the language model].</summary>
    public Tensor Summarize(Tensor tokens) =>
        _output.forward(_resampler.Resample(_keyNorm.forward(_projectionNorm.forward(_projection.forward(tokens)) + _positions)));

    /// <summary>The resampler alone, for comparison with the reference.</summary>
    public PerceiverResampler Resampler => _resampler;

    /// <summary>Encodes images.</summary>
    /// <param name="pixels">[images, 3, side, side], RGB in 0 to 1.</param>
    public EncodedImages Encode(Tensor pixels)
    {
        var (tokens, pyramid) = EncodeRaw(pixels);
        var patches = _positions.narrow(0, 1, _positions.shape[0] - 1);
        var placed = pyramid.Levels.Select(level => level + Positions(patches, level)).ToArray();
        return new EncodedImages(Summarize(tokens), new FeaturePyramid(placed), tokens.narrow(1, 1, tokens.shape[1] - 1) + patches);
    }

    /// <summary>Encodes some of the images; the others' features are zeros.</summary>
    /// <param name="pixels">[images, 3, side, side], RGB in 0 to 1.</param>
    /// <param name="read">Which, int64; null for all.</param>
    public EncodedImages Encode(Tensor pixels, Tensor? read)
    {
        var count = pixels.shape[0];
        if (read is null || read.shape[0] == count)
        {
            return Encode(pixels);
        }

        // Where none is read, one is, without a gradient, for the shapes that it has.
        using var quiet = read.shape[0] == 0 ? no_grad() : null;
        var chosen = read.shape[0] == 0 ? zeros([1], ScalarType.Int64, pixels.device) : read;
        return Encode(pixels.index_select(0, chosen)).Spread(chosen, count);
    }

    // Visual tokens that make a grid begin as its cells, each looking where it lies: tokens that begin alike stay alike.
    private void BeginAsGrid(MmInterleavedConfig config)
    {
        if (TokenGrid.Of(config.VisualResampler.NumQueries) is { } cells && config.VisualResampler.HiddenSize == config.VisualResampler.EncoderHiddenSize
            && config.VisualResampler.HiddenSize == _positions.shape[1])
        {
            _resampler.BeginAt(SinCosPositions.Resize(_positions.narrow(0, 1, _positions.shape[0] - 1), cells.Rows, cells.Columns));
        }
    }

    private static Tensor Positions(Tensor patches, Tensor level)
    {
        var (height, width) = (level.shape[2], level.shape[3]);
        return SinCosPositions.Resize(patches, height, width).transpose(0, 1).reshape(1, -1, height, width);
    }

    // The checkpoint's name for the level between.
    private sealed class Encoder : Module
    {
        [ComponentName(Name = "vision_model")] private readonly ClipVitAdapter _visionModel;

        public Encoder(MmInterleavedConfig config, KernelSet kernels) : base(nameof(Encoder))
        {
            _visionModel = new ClipVitAdapter(config.VisionEncoder, config.PyramidSides, kernels);
            RegisterComponents();
        }

        public ClipVitAdapter VisionModel => _visionModel;
    }
}
