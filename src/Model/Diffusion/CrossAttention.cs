using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Attention as Stable Diffusion's transformers write it: no biases but on the way out.</summary>
public sealed class CrossAttention : Module
{
    [ComponentName(Name = "to_q")] private readonly Projection _query;
    [ComponentName(Name = "to_k")] private readonly Projection _key;
    [ComponentName(Name = "to_v")] private readonly Projection _value;
    [ComponentName(Name = "to_out")] private readonly ModuleList<Projection> _output;
    private readonly int _heads;

    /// <param name="width">Channels of the queries and of the result.</param>
    /// <param name="contextWidth">Channels of what is attended to.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="inputBias">Whether queries, keys and values have biases, as in the autoencoder.</param>
    public CrossAttention(int width, int contextWidth, int heads, bool inputBias = false) : base(nameof(CrossAttention))
    {
        _heads = heads;
        _query = new Projection(width, width, hasBias: inputBias);
        _key = new Projection(contextWidth, width, hasBias: inputBias);
        _value = new Projection(contextWidth, width, hasBias: inputBias);
        _output = ModuleList(new Projection(width, width, hasBias: true));
        RegisterComponents();
        foreach (var layer in new[] { _query, _key, _value, _output[0] })
        {
            FreshWeights.Fill(layer.Weight);
        }
    }

    /// <summary>[batch, queries, width] attending to [batch, keys, context width].</summary>
    public Tensor Attend(Tensor x, Tensor context)
    {
        var q = AttentionHeads.Split(_query.forward(x), _heads);
        var k = AttentionHeads.Split(_key.forward(context), _heads);
        var v = AttentionHeads.Split(_value.forward(context), _heads);
        return _output[0].forward(AttentionHeads.Merge(AttentionHeads.Attend(q, k, v)));
    }
}
