using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Two convolutions with group norms and SiLU, a time embedding between them, and a shortcut.</summary>
public sealed class ResnetBlock : Module
{
    [ComponentName(Name = "norm1")] private readonly GroupNorm _norm1;
    [ComponentName(Name = "conv1")] private readonly SquareConvolution _convolution1;
    [ComponentName(Name = "time_emb_proj")] private readonly Linear? _time;
    [ComponentName(Name = "norm2")] private readonly GroupNorm _norm2;
    [ComponentName(Name = "conv2")] private readonly SquareConvolution _convolution2;
    [ComponentName(Name = "conv_shortcut")] private readonly SquareConvolution? _shortcut;

    /// <param name="from">Channels in.</param>
    /// <param name="to">Channels out.</param>
    /// <param name="groups">Groups of the norms.</param>
    /// <param name="epsilon">Epsilon of the norms.</param>
    /// <param name="timeWidth">Channels of the time embedding; 0 in the autoencoder, which has none.</param>
    public ResnetBlock(int from, int to, int groups, double epsilon, int timeWidth = 0) : base(nameof(ResnetBlock))
    {
        _norm1 = GroupNorms.Create(groups, from, epsilon);
        _convolution1 = new SquareConvolution(from, to, 3, padding: 1);
        _time = timeWidth > 0 ? Linear(timeWidth, to) : null;
        _norm2 = GroupNorms.Create(groups, to, epsilon);
        _convolution2 = new SquareConvolution(to, to, 3, padding: 1);
        _shortcut = from != to ? new SquareConvolution(from, to, 1) : null;
        RegisterComponents();
    }

    /// <summary>[batch, from, height, width] to [batch, to, height, width].</summary>
    /// <param name="x">Maps.</param>
    /// <param name="time">[batch, time width]; null in the autoencoder.</param>
    public Tensor Forward(Tensor x, Tensor? time = null)
    {
        var hidden = _convolution1.forward(functional.silu(_norm1.forward(x)));
        if (_time is not null)
        {
            hidden = hidden + _time.forward(functional.silu(time!)).unsqueeze(-1).unsqueeze(-1);
        }

        hidden = _convolution2.forward(functional.silu(_norm2.forward(hidden)));
        return (_shortcut?.forward(x) ?? x) + hidden;
    }
}
