using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Clip;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>One exchange between the maps and the transformer: inject, run a span of layers, extract.</summary>
public sealed class InteractionBlock : Module
{
    [ComponentName(Name = "injector")] private readonly Injector _injector;
    [ComponentName(Name = "extractor")] private readonly Extractor _extractor;
    [ComponentName(Name = "extra_extractors")] private readonly ModuleList<Extractor>? _extraExtractors;
    private readonly int _first;
    private readonly int _last;

    /// <param name="config">Sizes.</param>
    /// <param name="index">Which of the configured interactions this is.</param>
    /// <param name="kernels">The device's kernels.</param>
    public InteractionBlock(ClipVisionConfig config, int index, KernelSet kernels) : base(nameof(InteractionBlock))
    {
        var spans = config.Adapter.InteractionBlocks;
        (_first, _last) = (spans[index][0], spans[index][1]);
        _injector = new Injector(config, kernels);
        _extractor = new Extractor(config, kernels);
        if (index == spans.Count - 1 && config.Adapter.ExtraExtractorsOnLast > 0)
        {
            _extraExtractors = ModuleList(
                Enumerable.Range(0, config.Adapter.ExtraExtractorsOnLast).Select(_ => new Extractor(config, kernels)).ToArray());
        }

        RegisterComponents();
    }

    /// <summary>Where tokens stand and how the levels are shaped; the same for every interaction of one image size.</summary>
    public sealed record Geometry(LevelShape Grid, IReadOnlyList<LevelShape> Levels, Tensor GridPoints, Tensor LevelPoints);

    /// <summary>Exchanges once.</summary>
    /// <param name="encoder">The transformer, of which this block runs its span.</param>
    /// <param name="tokens">[batch, 1 + patches, hidden], the class token first.</param>
    /// <param name="maps">[batch, positions, hidden].</param>
    /// <param name="geometry">Shapes and points.</param>
    public (Tensor Tokens, Tensor Maps) Interact(ClipEncoder encoder, Tensor tokens, Tensor maps, Geometry geometry)
    {
        // The class token only rides along: the injector changes patch tokens, the layers see both.
        var patches = Recomputation.Run(
            tokens.narrow(1, 1, tokens.shape[1] - 1), maps, (x, seen) => _injector.Inject(x, geometry.GridPoints, seen, geometry.Levels));
        tokens = encoder.Run(cat([tokens.narrow(1, 0, 1), patches], 1), _first, _last);

        patches = tokens.narrow(1, 1, tokens.shape[1] - 1);
        foreach (var extractor in (IEnumerable<Extractor>)[_extractor, .. _extraExtractors ?? Enumerable.Empty<Extractor>()])
        {
            maps = Recomputation.Run(maps, patches, (x, seen) => extractor.Extract(x, geometry.Levels, geometry.LevelPoints, seen, geometry.Grid));
        }

        return (tokens, maps);
    }
}
