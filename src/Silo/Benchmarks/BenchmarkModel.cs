using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>A language model of some size with random weights, made ready for decoding, some tokens into a text.</summary>
internal sealed class BenchmarkModel : IDisposable
{
    private const int Vocabulary = 32002, Context = 64;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly KvCache _cache;
    private readonly KvCache _tensorCache;
    private readonly TextDecoder _head;
    private readonly Tensor _embedding;
    private readonly float[] _hidden;
    private readonly float[] _logits = new float[Vocabulary];

    public BenchmarkModel(int hidden, int layers, int intermediate, WeightFormat format)
    {
        using var quiet = no_grad();
        manual_seed(3);
        Config = new LlamaConfig { HiddenSize = hidden, IntermediateSize = intermediate, NumHiddenLayers = layers, NumAttentionHeads = hidden / 64 };
        Model = new LlamaModel(Config, Vocabulary, KernelSet.For(DeviceType.CPU, ScalarType.Float32));
        _head = new TextDecoder(hidden, Vocabulary, Vocabulary - 2);
        Pass = new DecodePass(Model, _head, format);
        (_cache, _embedding, _hidden) = (new KvCache(layers), randn(1, 1, hidden), new float[hidden]);
        for (var layer = 0; layer < layers; layer++)
        {
            _cache.Append(layer, randn(1, hidden / 64, Context, 64), randn(1, hidden / 64, Context, 64));
        }

        _cache.Advance(Context);
        _tensorCache = _cache.Fork(zeros([1], ScalarType.Int64));
        _cache.Reserve(1);
    }

    public LlamaConfig Config { get; }

    /// <summary>Weights of the layers' products, without images and vocabulary.</summary>
    public long LayerWeights => Config.NumHiddenLayers * ((4L * Config.HiddenSize * Config.HiddenSize) + (3L * Config.HiddenSize * Config.IntermediateSize));

    public LlamaModel Model { get; }

    public DecodePass Pass { get; }

    /// <summary>What a token that sees so many images looks at; none skips the work but not the look.</summary>
    public IReadOnlyList<SeenImages> Look(int images)
    {
        using var quiet = no_grad();
        LevelShape[] levels = [.. Config.Mmfs.Levels.Select(LevelShape.Square)];
        var memory = Model.ProjectImages(randn(1, images, images == 0 ? 1 : levels.Sum(level => level.PositionCount), Config.Mmfs.ValueInputDim), levels);
        return [.. Model.Looks.Zip(memory.Layers, (look, values) => look.Mmfs.SeenByLast(values, ones(1, 1, images))[0])];
    }

    /// <summary>Decodes the next token, always the same one.</summary>
    public void Step(IReadOnlyList<SeenImages> looks)
    {
        var cache = Enumerable.Range(0, Config.NumHiddenLayers).Select(layer => _cache.NextToken(layer, 0, 0)).ToArray();
        Pass.Run([new DecodeRow(Context, cache, looks)], _embedding.data<float>().ToArray(), _hidden, _logits);
    }

    /// <summary>Decodes a next token through tensors, which make the same products.</summary>
    public void StepThroughTensors()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        _ = _head.forward(Model.Forward(new LlamaInput(_embedding) { Cache = _tensorCache }));
    }

    public void Dispose()
    {
        Pass.Dispose();
        _cache.Dispose();
        _tensorCache.Dispose();
        _head.Dispose();
        Model.Dispose();
        _scope.Dispose();
    }
}
