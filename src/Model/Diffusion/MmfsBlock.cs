using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>One look of the UNet at images: every position of a map queries, and a 1 x 1 convolution (zero at first) closes.</summary>
public sealed class MmfsBlock : Module
{
    [ComponentName(Name = "pos_embed")] private readonly Parameter _positions;
    [ComponentName(Name = "query_norm")] private readonly LayerNorm _queryNorm;
    [ComponentName(Name = "feat_norm")] private readonly LayerNorm _featureNorm;
    [ComponentName(Name = "mmfs")] private readonly Mmfs.Mmfs _mmfs;
    [ComponentName(Name = "conv")] private readonly SquareConvolution _convolution;

    /// <param name="config">Sizes.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="featureWidth">Channels of the images' features.</param>
    /// <param name="baseLevel">The side in whose pixels an offset is measured.</param>
    /// <param name="kernels">The device's kernels.</param>
    public MmfsBlock(MmfsNetConfig config, int channels, int featureWidth, int baseLevel, KernelSet kernels) : base(nameof(MmfsBlock))
    {
        _positions = Parameter(SinCosPositions.TwoDimensions(config.PosGrid, channels), requires_grad: false);
        _queryNorm = LayerNorm(channels, config.NormEps);
        _featureNorm = LayerNorm(featureWidth, config.NormEps);
        _mmfs = new Mmfs.Mmfs(
            new MmfsConfig
            {
                QueryWidth = channels,
                FeatureWidth = featureWidth,
                ValueWidth = config.AttnDim,
                Heads = config.Heads,
                Points = config.Points,
                Levels = config.Levels,
                BaseLevel = baseLevel,
                MaxImages = config.MaxImages,
                OffsetInit = config.OffsetInit,
            },
            kernels);
        _convolution = new SquareConvolution(channels, channels, 1);
        RegisterComponents();

        using var quiet = no_grad();
        init.zeros_(_convolution.Weight);
        init.zeros_(_convolution.Bias!);
    }

    /// <summary>Normalises and projects images' features [rows, images, positions, channels], once per image.</summary>
    public MmfsValues Project(Tensor features, IReadOnlyList<LevelShape> levels) => _mmfs.Project(_featureNorm.forward(features), levels);

    /// <summary>What to add to the map [rows, channels, height, width].</summary>
    /// <param name="map">The map.</param>
    /// <param name="images">Projected images.</param>
    /// <param name="visibility">[rows, images].</param>
    /// <param name="recorders">For each row who is told what it looks at; null for nobody.</param>
    public Tensor Attend(Tensor map, MmfsValues images, Tensor visibility, IReadOnlyList<LookRecorder?>? recorders = null)
    {
        var (height, width) = ((int)map.shape[2], (int)map.shape[3]);
        var query = _queryNorm.forward(map.flatten(2).transpose(1, 2)) + SinCosPositions.Resize(_positions, height, width).to_type(map.dtype);
        var points = ReferencePoints.PixelCentres(new LevelShape(height, width)).view(1, -1, 1, 2);
        var attended = _mmfs.Attend(query, points, images, visibility, recorders);
        return _convolution.forward(attended.transpose(1, 2).reshape(map.shape));
    }
}
