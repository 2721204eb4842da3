using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Clip;

/// <summary>Self-attention with biases on every projection.</summary>
public sealed class ClipAttention : Module<Tensor, Tensor>
{
    [ComponentName(Name = "k_proj")] private readonly Linear _key;
    [ComponentName(Name = "v_proj")] private readonly Linear _value;
    [ComponentName(Name = "q_proj")] private readonly Linear _query;
    [ComponentName(Name = "out_proj")] private readonly Linear _output;
    private readonly int _heads;

    /// <param name="config">Sizes.</param>
    public ClipAttention(ClipVisionConfig config) : base(nameof(ClipAttention))
    {
        _key = Linear(config.HiddenSize, config.HiddenSize);
        _value = Linear(config.HiddenSize, config.HiddenSize);
        _query = Linear(config.HiddenSize, config.HiddenSize);
        _output = Linear(config.HiddenSize, config.HiddenSize);
        _heads = config.NumAttentionHeads;
        RegisterComponents();
    }

    // [batch, tokens, hidden] -> [batch, tokens, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var q = AttentionHeads.Split(_query.forward(x), _heads);
        var k = AttentionHeads.Split(_key.forward(x), _heads);
        var v = AttentionHeads.Split(_value.forward(x), _heads);
        return _output.forward(AttentionHeads.Merge(AttentionHeads.Attend(q, k, v)));
    }
}
