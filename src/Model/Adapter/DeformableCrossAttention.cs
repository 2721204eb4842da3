using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>Single-image multi-scale deformable attention (Deformable DETR, equation 3), every level with its own offsets.</summary>
public sealed class DeformableCrossAttention : Module
{
    [ComponentName(Name = "sampling_offsets")] private readonly Linear _samplingOffsets;
    [ComponentName(Name = "attention_weights")] private readonly Linear _attentionWeights;
    [ComponentName(Name = "value_proj")] private readonly Linear _value;
    [ComponentName(Name = "output_proj")] private readonly Linear _output;
    private readonly IDeformableAttention _kernel;
    private readonly int _heads;
    private readonly int _points;

    /// <param name="width">Channels of queries and features.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="levels">Levels that are sampled.</param>
    /// <param name="config">Points and the share of value channels.</param>
    /// <param name="kernels">The device's kernels.</param>
    public DeformableCrossAttention(int width, int heads, int levels, AdapterConfig config, KernelSet kernels)
        : base(nameof(DeformableCrossAttention))
    {
        var inner = (int)(width * config.DeformRatio);
        if (inner % heads != 0)
        {
            throw new ArgumentException($"Value width {inner} is not divisible by {heads} heads.");
        }

        (_kernel, _heads, _points) = (kernels.DeformableAttention, heads, config.DeformPoints);
        _samplingOffsets = Linear(width, heads * levels * config.DeformPoints * 2);
        _attentionWeights = Linear(width, heads * levels * config.DeformPoints);
        _value = Linear(width, inner);
        _output = Linear(inner, width);
        RegisterComponents();
    }

    /// <summary>Attends from queries to the levels of one image each.</summary>
    /// <param name="query">[batch, queries, width].</param>
    /// <param name="points">[queries, 2], where each query stands.</param>
    /// <param name="features">[batch, positions, width], the levels one after the other.</param>
    /// <param name="levels">Their shapes.</param>
    /// <returns>[batch, queries, width].</returns>
    public Tensor Attend(Tensor query, Tensor points, Tensor features, IReadOnlyList<LevelShape> levels)
    {
        var (batch, queries) = (query.shape[0], query.shape[1]);
        var values = _value.forward(features).view(batch, features.shape[1], _heads, -1);
        var offsets = _samplingOffsets.forward(query).view(batch, queries, _heads, levels.Count, _points, 2);
        var weights = _attentionWeights.forward(query).view(batch, queries, _heads, levels.Count * _points);
        weights = weights.to_type(ScalarType.Float32).softmax(-1).view(batch, queries, _heads, levels.Count, _points);

        // Coordinates are float32 whatever the activations are, since half precision cannot hold them, and so are the weights: mixed
        // precision takes a softmax in float32.
        var sizes = tensor(levels.SelectMany(level => new float[] { level.Width, level.Height }).ToArray(), device: query.device);
        var origin = points.to(query.device).view(1, queries, 1, 1, 1, 2);
        var locations = origin + (offsets.to_type(ScalarType.Float32) / sizes.view(levels.Count, 1, 2));
        return _output.forward(_kernel.Attend(values, levels, locations, weights));
    }
}
