using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>LLaMA's feed-forward: a SiLU-gated up projection, then down.</summary>
public sealed class LlamaMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")] private readonly Linear _gate;
    [ComponentName(Name = "down_proj")] private readonly Linear _down;
    [ComponentName(Name = "up_proj")] private readonly Linear _up;

    /// <param name="config">Sizes.</param>
    public LlamaMlp(LlamaConfig config) : base(nameof(LlamaMlp))
    {
        _gate = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false);
        _down = Linear(config.IntermediateSize, config.HiddenSize, hasBias: false);
        _up = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false);
        RegisterComponents();
    }

    // [rows, tokens, hidden] -> [rows, tokens, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _down.forward(functional.silu(_gate.forward(x)) * _up.forward(x));
}
