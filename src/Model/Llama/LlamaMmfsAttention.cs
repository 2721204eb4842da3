using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>The gated look at images between self-attention and feed-forward: tanh(gate) * MMFS(norm(x), norm(features)).</summary>
public sealed class LlamaMmfsAttention : Module
{
    [ComponentName(Name = "gate")] private readonly Parameter _gate;
    [ComponentName(Name = "attn")] private readonly Mmfs.Mmfs _attention;
    [ComponentName(Name = "norm1")] private readonly RmsNorm _queryNorm;
    [ComponentName(Name = "norm2")] private readonly RmsNorm _featureNorm;

    /// <param name="config">Sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public LlamaMmfsAttention(LlamaConfig config, KernelSet kernels) : base(nameof(LlamaMmfsAttention))
    {
        _gate = Parameter(zeros(1));
        _attention = new Mmfs.Mmfs(config.Mmfs.ToMmfs(config.HiddenSize), kernels);
        _queryNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        _featureNorm = new RmsNorm(config.Mmfs.ValueInputDim, config.RmsNormEps);
        RegisterComponents();
    }

    /// <summary>The synchronizer.</summary>
    public Mmfs.Mmfs Mmfs => _attention;

    /// <summary>The norm of queries, the gate before its tanh, and the synchronizer.</summary>
    public (RmsNorm QueryNorm, Parameter Gate, Mmfs.Mmfs Mmfs) Parts => (_queryNorm, _gate, _attention);

    /// <summary>Normalises and projects images' features [rows, images, positions, channels], once per image.</summary>
    public MmfsValues Project(Tensor features, IReadOnlyList<LevelShape> levels) => _attention.Project(_featureNorm.forward(features), levels);

    /// <summary>The gated update for [rows, tokens, hidden]; every token stands at the images' centre.</summary>
    public Tensor Attend(Tensor x, MmfsValues images, Tensor visibility)
    {
        var centre = ReferencePoints.ImageCentre(x.shape[1]).view(1, -1, 1, 2);
        return _gate.tanh() * _attention.Attend(_queryNorm.forward(x), centre, images, visibility);
    }
}
