using MmiGrains.Kernels.Linear;

namespace MmiGrains.Model.Llama;

/// <summary>One layer's weights as a decode pass reads them.</summary>
internal sealed record DecodeLayer(
    DecodeNorm AttentionNorm, WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix Output,
    DecodeNorm MlpNorm, WeightMatrix Gate, WeightMatrix Up, WeightMatrix Down)
{
    /// <summary>Bytes of weights that a pass reads.</summary>
    public long ByteCount => new[] { Query, Key, Value, Output, Gate, Up, Down }.Sum(weights => weights.ByteCount);

    /// <summary>Makes a layer's weights ready, for good.</summary>
    public static DecodeLayer Prepare(LlamaDecoderLayer layer, WeightFormat format)
    {
        var (attentionNorm, attention) = layer.SelfAttention;
        var (mlpNorm, mlp) = layer.FeedForward;
        var (query, key, value, output) = attention.Projections;
        var (gate, up, down) = mlp.Projections;
        return new DecodeLayer(
            DecodeNorm.Of(attentionNorm), query.Prepare(format), key.Prepare(format), value.Prepare(format), output.Prepare(format),
            DecodeNorm.Of(mlpNorm), gate.Prepare(format), up.Prepare(format), down.Prepare(format));
    }
}
