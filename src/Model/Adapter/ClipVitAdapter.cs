using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Clip;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>CLIP's vision transformer with a ViT-Adapter beside it: an image becomes tokens and a feature pyramid.</summary>
public sealed class ClipVitAdapter : Module
{
    [ComponentName(Name = "adapter_level_embed")] private readonly Parameter _levelEmbedding;
    [ComponentName(Name = "embeddings")] private readonly ClipVisionEmbeddings _embeddings;
    [ComponentName(Name = "pre_layrnorm")] private readonly LayerNorm _preNorm;
    [ComponentName(Name = "encoder")] private readonly ClipEncoder _encoder;
    [ComponentName(Name = "adapter_spm")] private readonly SpatialPriorModule _spatialPrior;
    [ComponentName(Name = "adapter_interactions")] private readonly ModuleList<InteractionBlock> _interactions;
    [ComponentName(Name = "adapter_up")] private readonly ConvTranspose2d _up;
    private readonly ClipVisionConfig _config;
    private readonly IReadOnlyList<int> _sides;

    /// <param name="config">Sizes.</param>
    /// <param name="sides">Sides of the pyramid's levels that are made: those that somebody looks at.</param>
    /// <param name="kernels">The device's kernels.</param>
    public ClipVitAdapter(ClipVisionConfig config, IReadOnlyList<int> sides, KernelSet kernels) : base(nameof(ClipVitAdapter))
    {
        (_config, _sides) = (config, sides);
        _levelEmbedding = Parameter(zeros(3, config.HiddenSize));
        _embeddings = new ClipVisionEmbeddings(config);
        _preNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _encoder = new ClipEncoder(config);
        _spatialPrior = new SpatialPriorModule(config.Adapter, config.HiddenSize);
        _interactions = ModuleList(
            Enumerable.Range(0, config.Adapter.InteractionBlocks.Count).Select(i => new InteractionBlock(config, i, kernels)).ToArray());
        _up = ConvTranspose2d(config.HiddenSize, config.HiddenSize, 2, stride: 2);
        RegisterComponents();
    }

    /// <summary>Encodes normalised pixels.</summary>
    /// <param name="pixels">[images, 3, side, side], CLIP's mean and deviation already applied.</param>
    /// <returns>Tokens [images, 1 + patches, hidden], the class token first and no final norm; a pyramid of up to four levels.</returns>
    public (Tensor Tokens, FeaturePyramid Pyramid) Encode(Tensor pixels)
    {
        var grid = LevelShape.Square(_config.Grid);
        LevelShape[] levels = [LevelShape.Square(grid.Height * 2), grid, LevelShape.Square(grid.Height / 2)];
        var geometry = new InteractionBlock.Geometry(grid, levels, ReferencePoints.PixelCentres(grid), ReferencePoints.PixelCentres(levels));

        var side = _config.Adapter.SpatialPriorInput;
        var resized = functional.interpolate(pixels, [side, side], mode: InterpolationMode.Bilinear, align_corners: false);
        var (c1, c2, c3, c4) = _spatialPrior.Extract(resized);
        var maps = cat(new[] { c2, c3, c4 }.Select((map, i) => map.flatten(2).transpose(1, 2) + _levelEmbedding[i]).ToArray(), 1);

        var tokens = _preNorm.forward(_embeddings.forward(pixels));
        var outputs = new List<Tensor>();
        foreach (var interaction in _interactions)
        {
            (tokens, maps) = interaction.Interact(_encoder, tokens, maps, geometry);
            outputs.Add(Unflatten(tokens.narrow(1, 1, tokens.shape[1] - 1), grid));
        }

        return (tokens, Assemble(c1, maps, levels, outputs));
    }

    // Each level adds the output of one group of layers, resized to it: the first group to the largest.
    private FeaturePyramid Assemble(Func<Tensor> c1, Tensor maps, IReadOnlyList<LevelShape> levels, IReadOnlyList<Tensor> outputs)
    {
        var parts = maps.split(levels.Select(level => (long)level.PositionCount).ToArray(), 1);
        var (c2, c3, c4) = (Unflatten(parts[0], levels[0]), Unflatten(parts[1], levels[1]), Unflatten(parts[2], levels[2]));
        (int Side, Func<Tensor> Map)[] bases =
            [(2 * levels[0].Height, () => _up.forward(c2) + c1()), (levels[0].Height, () => c2), (levels[1].Height, () => c3), (levels[2].Height, () => c4)];
        return new FeaturePyramid([.. bases.Select((level, i) => (level.Side, level.Map, Output: outputs[int.Min(i, outputs.Count - 1)]))
            .Where(level => _sides.Contains(level.Side))
            .Select(level => level.Map() + Scale(level.Output, level.Side))]);
    }

    private static Tensor Scale(Tensor map, long side) => map.shape[3] == side
        ? map
        : functional.interpolate(map, [side, side], mode: InterpolationMode.Bilinear, align_corners: false);

    private static Tensor Unflatten(Tensor tokens, LevelShape shape) =>
        tokens.transpose(1, 2).reshape(tokens.shape[0], -1, shape.Height, shape.Width);
}
