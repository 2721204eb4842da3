using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Stable Diffusion's UNet: predicts the noise in latents (or v), told what the image should show.</summary>
public sealed class UNet : Module
{
    [ComponentName(Name = "conv_in")] private readonly SquareConvolution _input;
    [ComponentName(Name = "time_embedding")] private readonly TimestepEmbedding _timeEmbedding;
    [ComponentName(Name = "down_blocks")] private readonly ModuleList<UNetDownBlock> _down;
    [ComponentName(Name = "up_blocks")] private readonly ModuleList<UNetUpBlock> _up;
    [ComponentName(Name = "mid_block")] private readonly UNetMiddleBlock _middle;
    [ComponentName(Name = "conv_norm_out")] private readonly GroupNorm _norm;
    [ComponentName(Name = "conv_out")] private readonly SquareConvolution _output;

    /// <param name="config">Sizes.</param>
    public UNet(UNetConfig config) : base(nameof(UNet))
    {
        var levels = Enumerable.Range(0, config.BlockOutChannels.Count).ToArray();
        _input = new SquareConvolution(config.InChannels, config.BlockOutChannels[0], 3, padding: 1);
        _timeEmbedding = new TimestepEmbedding(config);
        _down = ModuleList(levels.Select(level => new UNetDownBlock(config, level)).ToArray());
        _up = ModuleList(levels.Select(index => new UNetUpBlock(config, index)).ToArray());
        _middle = new UNetMiddleBlock(config);
        _norm = GroupNorms.Create(config.NormNumGroups, config.BlockOutChannels[0], config.NormEps);
        _output = new SquareConvolution(config.BlockOutChannels[0], config.OutChannels, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>Predicts what the timetable says: the noise, or v.</summary>
    /// <param name="latents">[batch, 4, height, width].</param>
    /// <param name="timesteps">[batch].</param>
    /// <param name="conditioning">[batch, tokens, cross attention width].</param>
    /// <param name="mmfs">What lets the skip connections and the middle look at images; null for Stable Diffusion alone.</param>
    /// <param name="images">The images to look at, projected by <paramref name="mmfs"/>; [batch, images] visibility.</param>
    /// <returns>[batch, 4, height, width].</returns>
    public Tensor Predict(Tensor latents, Tensor timesteps, Tensor conditioning, MmfsNet? mmfs = null, VisibleImages? images = null)
    {
        var time = _timeEmbedding.forward(timesteps);
        var x = _input.forward(latents);
        var skips = new List<Tensor> { x };
        foreach (var block in _down)
        {
            x = block.Forward(x, time, conditioning, skips);
        }

        x = _middle.Forward(x, time, conditioning);

        // The way up sees what the synchronizer adds, the way down does not.
        if (mmfs is not null && images is not null)
        {
            (x, skips) = mmfs.Synchronize(x, skips, images);
        }

        var stack = new Stack<Tensor>(skips);
        foreach (var block in _up)
        {
            x = block.Forward(x, time, conditioning, stack);
        }

        return _output.forward(functional.silu(_norm.forward(x)));
    }
}
