using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Perceiver;

/// <summary>How every part of the Q-Former ends: project, drop out, add the residual, normalise.</summary>
public sealed class QFormerOutput : Module
{
    /// <summary>
    /// What a fresh self-attention or feed-forward adds beside a residual of size 1. Where it is as large, post-norm layers wear away what tells the queries
    /// apart before anything is learned from it, and all come to say the same.
    /// </summary>
    public const double Aside = 0.3;

    [ComponentName(Name = "dense")] private readonly Linear _dense;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm _norm;
    private readonly double _dropout;

    /// <param name="inputWidth">Channels that are projected.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="gain">Size of what a fresh one adds, beside a residual of size 1.</param>
    public QFormerOutput(int inputWidth, PerceiverConfig config, double gain) : base(nameof(QFormerOutput))
    {
        _dense = Linear(inputWidth, config.HiddenSize);
        _norm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = config.DropoutInTraining;
        RegisterComponents();
        FreshWeights.Fill(_dense.weight!, gain);
        FreshWeights.Clear(_dense.bias!);
    }

    /// <summary>LayerNorm(dense(x) + residual).</summary>
    public Tensor Forward(Tensor x, Tensor residual)
    {
        var projected = _dense.forward(x);
        if (training && _dropout > 0)
        {
            projected = functional.dropout(projected, _dropout, training: true);
        }

        // Added and normalised in float32 whatever the activations are: post-norm layers have no wide residual to fall back on.
        var sum = projected.to_type(ScalarType.Float32) + residual.to_type(ScalarType.Float32);
        var (weight, bias) = (_norm.weight!.to_type(ScalarType.Float32), _norm.bias!.to_type(ScalarType.Float32));
        return functional.layer_norm(sum, [sum.shape[^1]], weight, bias, _norm.eps).to_type(projected.dtype);
    }
}
