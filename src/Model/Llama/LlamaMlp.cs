using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>LLaMA's feed-forward: a SiLU-gated up projection, then down.</summary>
public sealed class LlamaMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")] private readonly Projection _gate;
    [ComponentName(Name = "down_proj")] private readonly Projection _down;
    [ComponentName(Name = "up_proj")] private readonly Projection _up;

    /// <param name="config">Sizes.</param>
    public LlamaMlp(LlamaConfig config) : base(nameof(LlamaMlp))
    {
        _gate = new Projection(config.HiddenSize, config.IntermediateSize);
        _down = new Projection(config.IntermediateSize, config.HiddenSize);
        _up = new Projection(config.HiddenSize, config.IntermediateSize);
        RegisterComponents();
    }

    /// <summary>The three projections: gate, up, down.</summary>
    public (Projection Gate, Projection Up, Projection Down) Projections => (_gate, _up, _down);

    // [rows, tokens, hidden] -> [rows, tokens, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _down.forward(functional.silu(_gate.forward(x)) * _up.forward(x));
}
