using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Feed-forward with a GELU gate (GLU variants, arXiv 2002.05202), four times as wide inside.</summary>
public sealed class GegluMlp : Module<Tensor, Tensor>
{
    // The checkpoint numbers an activation, a dropout and a linear layer; only 0 and 2 have weights.
    [ComponentName(Name = "net")] private readonly ModuleList<Module<Tensor, Tensor>> _net;

    /// <param name="width">Channels of a token.</param>
    public GegluMlp(int width) : base(nameof(GegluMlp))
    {
        _net = ModuleList<Module<Tensor, Tensor>>(new Gate(width, width * 4), Identity(), Linear(width * 4, width));
        RegisterComponents();
    }

    // [batch, tokens, width] -> the same
    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _net[2].forward(_net[0].forward(x));

    private sealed class Gate : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "proj")] private readonly Linear _projection;

        public Gate(int width, int inner) : base(nameof(Gate))
        {
            _projection = Linear(width, inner * 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var halves = _projection.forward(x).chunk(2, -1);
            return halves[0] * functional.gelu(halves[1]);
        }
    }
}
