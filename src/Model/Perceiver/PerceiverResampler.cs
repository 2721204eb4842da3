using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Perceiver;

/// <summary>Learned queries over any number of features (BLIP-2's Q-Former, arXiv 2301.12597).</summary>
public sealed class PerceiverResampler : Module
{
    [ComponentName(Name = "queries")] private readonly Parameter _queries;
    [ComponentName(Name = "blip2qformer")] private readonly QFormer _former;

    /// <param name="config">Sizes.</param>
    public PerceiverResampler(PerceiverConfig config) : base(nameof(PerceiverResampler))
    {
        _queries = Parameter(randn(1, config.NumQueries, config.HiddenSize) * 0.02);
        _former = new QFormer(config);
        RegisterComponents();
    }

    /// <summary>Begins with queries that look for keys like themselves.</summary>
    /// <param name="queries">[queries, hidden].</param>
    internal void BeginAt(Tensor queries)
    {
        using var quiet = no_grad();
        _queries.copy_(queries.unsqueeze(0));
        _former.LookAlike();
    }

    /// <summary>Resamples.</summary>
    /// <param name="features">[batch, keys, encoder hidden].</param>
    /// <param name="mask">[batch, keys], 1 where a feature is real; null when all are.</param>
    /// <returns>[batch, queries, hidden].</returns>
    public Tensor Resample(Tensor features, Tensor? mask = null)
    {
        var bias = mask is null ? null : AttentionMasks.FromKeys(mask, features.dtype);
        return _former.Forward(_queries.expand(features.shape[0], -1, -1), features, bias);
    }

    private sealed class QFormer : Module
    {
        [ComponentName(Name = "layernorm")] private readonly LayerNorm _norm;
        [ComponentName(Name = "encoder")] private readonly Layers _layers;
        private readonly double _dropout;

        public QFormer(PerceiverConfig config) : base(nameof(QFormer))
        {
            _norm = LayerNorm(config.HiddenSize, config.LayerNormEps);
            _layers = new Layers(config);
            _dropout = config.DropoutInTraining;
            RegisterComponents();
        }

        public void LookAlike() => _layers.First.LookAlike();

        public Tensor Forward(Tensor queries, Tensor features, Tensor? mask)
        {
            var x = _norm.forward(queries);
            if (training && _dropout > 0)
            {
                x = functional.dropout(x, _dropout, training: true);
            }

            return _layers.Forward(x, features, mask);
        }
    }

    private sealed class Layers : Module
    {
        [ComponentName(Name = "layer")] private readonly ModuleList<QFormerLayer> _layers;

        public Layers(PerceiverConfig config) : base(nameof(Layers))
        {
            _layers = ModuleList(Enumerable.Range(0, config.NumHiddenLayers).Select(i => new QFormerLayer(config, i)).ToArray());
            RegisterComponents();
        }

        public QFormerLayer First => _layers[0];

        public Tensor Forward(Tensor x, Tensor features, Tensor? mask)
        {
            var hidden = x.alias();
            foreach (var layer in _layers)
            {
                hidden = TensorScopes.Carry(hidden, h => layer.Forward(h, features, mask));
            }

            return hidden;
        }
    }
}
