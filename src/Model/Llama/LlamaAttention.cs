using MmiGrains.Model.Generation;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>Causal self-attention with rotary positions and a cache of keys and values.</summary>
public sealed class LlamaAttention : Module
{
    [ComponentName(Name = "q_proj")] private readonly Projection _query;
    [ComponentName(Name = "k_proj")] private readonly Projection _key;
    [ComponentName(Name = "v_proj")] private readonly Projection _value;
    [ComponentName(Name = "o_proj")] private readonly Projection _output;
    private readonly int _heads;
    private readonly int _layer;

    /// <param name="config">Sizes.</param>
    /// <param name="layer">Index of the layer, which is its place in the cache.</param>
    public LlamaAttention(LlamaConfig config, int layer) : base(nameof(LlamaAttention))
    {
        (_heads, _layer) = (config.NumAttentionHeads, layer);
        _query = new Projection(config.HiddenSize, config.HiddenSize);
        _key = new Projection(config.HiddenSize, config.HiddenSize);
        _value = new Projection(config.HiddenSize, config.HiddenSize);
        _output = new Projection(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>The four projections: query, key, value, output.</summary>
    public (Projection Query, Projection Key, Projection Value, Projection Output) Projections => (_query, _key, _value, _output);

    /// <summary>[rows, new tokens, hidden] to the same, having appended keys and values to the cache if there is one.</summary>
    public Tensor Attend(Tensor x, RotaryPositions positions, Tensor? mask, KvCache? cache)
    {
        var q = positions.Rotate(AttentionHeads.Split(_query.forward(x), _heads));
        var k = positions.Rotate(AttentionHeads.Split(_key.forward(x), _heads));
        var v = AttentionHeads.Split(_value.forward(x), _heads);
        if (cache is not null)
        {
            (k, v) = cache.Append(_layer, k, v);
        }

        return _output.forward(AttentionHeads.Merge(AttentionHeads.Attend(q, k, v, mask)));
    }
}
