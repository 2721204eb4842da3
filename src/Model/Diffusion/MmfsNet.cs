using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>MMFS residuals on each of the UNet's skip connections and on its middle.</summary>
public sealed class MmfsNet : Module
{
    [ComponentName(Name = "mmfs_down_blocks")] private readonly ModuleList<MmfsBlock> _skips;
    [ComponentName(Name = "mmfs_mid_block")] private readonly MmfsBlock _middle;

    /// <param name="config">Sizes.</param>
    /// <param name="unet">The UNet it sits on.</param>
    /// <param name="featureWidth">Channels of the images' features.</param>
    /// <param name="kernels">The device's kernels.</param>
    public MmfsNet(MmfsNetConfig config, UNetConfig unet, int featureWidth, KernelSet kernels) : base(nameof(MmfsNet))
    {
        _skips = ModuleList(unet.SkipChannels()
            .Select((channels, i) => new MmfsBlock(config, channels, featureWidth, config.BaseLevels[int.Min(i / 3, config.BaseLevels.Count - 1)], kernels)).ToArray());
        _middle = new MmfsBlock(config, unet.BlockOutChannels[^1], featureWidth, config.BaseLevels[^1], kernels);
        RegisterComponents();
    }

    /// <summary>The block on one skip connection.</summary>
    public MmfsBlock Skip(int index) => _skips[index];

    /// <summary>Projects images for every block: the skip connections' in order, then the middle's.</summary>
    /// <param name="features">[rows, images, positions, channels], the levels one after the other.</param>
    /// <param name="levels">Shapes of one image's levels.</param>
    public ImageMemory ProjectImages(Tensor features, IReadOnlyList<LevelShape> levels) =>
        new([.. _skips.Append(_middle).Select(block => block.Project(features, levels))]);

    /// <summary>Adds to the middle's output and to every skip connection what their positions see in the images.</summary>
    public (Tensor Middle, List<Tensor> Skips) Synchronize(Tensor middle, IReadOnlyList<Tensor> skips, VisibleImages images)
    {
        var layers = images.Memory.Layers;
        var seen = skips.Select((skip, i) => Look(_skips[i], skip, layers[i], images)).ToList();
        return (Look(_middle, middle, layers[^1], images), seen);
    }

    private static Tensor Look(MmfsBlock block, Tensor map, MmfsValues layer, VisibleImages images) => map + Recomputation.Run(
        map, layer.Values, (x, values) => block.Attend(x, layer with { Values = values }, images.Visibility, images.Recorders));
}
