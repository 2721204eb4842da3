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

/// <summary>LLaMA whose every n-th layer also looks at images.</summary>
public sealed class LlamaModel : Module
{
    [ComponentName(Name = "embed_tokens")] private readonly TokenEmbedding _embedding;
    [ComponentName(Name = "layers")] private readonly ModuleList<LlamaDecoderLayer> _layers;
    [ComponentName(Name = "norm")] private readonly RmsNorm _norm;
    private readonly LlamaConfig _config;

    /// <param name="config">Sizes.</param>
    /// <param name="vocabularySize">Rows of the embedding.</param>
    /// <param name="kernels">The device's kernels.</param>
    public LlamaModel(LlamaConfig config, int vocabularySize, KernelSet kernels) : base(nameof(LlamaModel))
    {
        _config = config;
        _embedding = new TokenEmbedding(vocabularySize, config.HiddenSize);
        _layers = ModuleList(Enumerable.Range(0, config.NumHiddenLayers).Select(i => new LlamaDecoderLayer(config, i, kernels)).ToArray());
        _norm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        RegisterComponents();
    }

    /// <summary>[rows, tokens] ids to [rows, tokens, hidden].</summary>
    public Tensor Embed(Tensor tokenIds) => _embedding.forward(tokenIds);

    /// <summary>Projects images for every layer that looks at them.</summary>
    /// <param name="features">[rows, images, positions, channels], the used levels one after the other.</param>
    /// <param name="levels">Shapes of one image's levels.</param>
    public ImageMemory ProjectImages(Tensor features, IReadOnlyList<LevelShape> levels) =>
        new([.. Looks.Select(look => look.Project(features, levels))]);

    /// <summary>Sizes.</summary>
    public LlamaConfig Config => _config;

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<LlamaDecoderLayer> Layers => [.. _layers];

    /// <summary>How the layers that look at images do so, in order.</summary>
    public IReadOnlyList<LlamaMmfsAttention> Looks => [.. _layers.Select(layer => layer.ImageAttention).OfType<LlamaMmfsAttention>()];

    /// <summary>The norm after the last layer.</summary>
    public RmsNorm Norm => _norm;

    /// <summary>Last hidden states, normed: [rows, new tokens, hidden].</summary>
    public Tensor Forward(LlamaInput input) => _norm.forward(Run(input, _ => { }));

    /// <summary>What goes into every layer, and the normed output last: layers + 1 tensors [rows, new tokens, hidden].</summary>
    public IReadOnlyList<Tensor> HiddenStates(LlamaInput input)
    {
        var states = new List<Tensor>();
        var last = Run(input, hidden => states.Add(hidden.clone().DetachFromDisposeScope()));
        return [.. states, _norm.forward(last)];
    }

    private Tensor Run(LlamaInput input, Action<Tensor> beforeLayer)
    {
        var x = input.Embeddings;
        var (queries, past) = (x.shape[1], input.Cache?.Length ?? 0);
        var positionIds = input.PositionIds ?? arange(past, past + queries, ScalarType.Int64, device: x.device).unsqueeze(0);
        var positions = new RotaryPositions(positionIds, _config.HiddenSize / _config.NumAttentionHeads, _config.RopeBase, x.dtype);
        var mask = AttentionMasks.Causal(input.KeyMask, queries, past + queries, x.dtype, x.device, input.Documents);

        var hidden = x.alias();
        var images = input.Images?.Memory.Layers.GetEnumerator();
        foreach (var layer in _layers)
        {
            beforeLayer(hidden);
            var looked = layer.ImageAttention is not null && images is not null && images.MoveNext() ? images.Current : null;
            hidden = TensorScopes.Carry(hidden, h => input.Cache is not null
                ? layer.Forward(h, positions, mask, input.Cache, looked, input.Images?.Visibility)
                : looked is null ? Recomputation.Run(h, x => layer.Forward(x, positions, mask, null, null, null))
                : Recomputation.Run(h, looked.Values, (x, values) => layer.Forward(x, positions, mask, null, looked with { Values = values }, input.Images?.Visibility)));
        }

        input.Cache?.Advance(queries);
        return hidden;
    }
}
