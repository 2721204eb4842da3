using System.Numerics.Tensors;
using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.PagedAttention;
using MmiGrains.Kernels.Rows;
using MmiGrains.Kernels.Threading;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Llama;

/// <summary>
/// The language model for one new token of each of several sequences, on the CPU, from embedding to logits. It is the layers of
/// <see cref="LlamaModel"/> over plain memory: with one token a row, the time goes into reading weights once, and between two products
/// there is no time for tensors. A row's numbers do not depend on the rows beside it. For one thread at a time.
/// </summary>
public sealed class DecodePass : IDisposable
{
    private readonly LlamaConfig _config;
    private readonly ComputePool _pool;
    private readonly DecodeLayer[] _layers;
    private readonly MmfsStep?[] _looks;
    private readonly DecodeNorm _norm;
    private readonly WeightMatrix _head;
    private readonly WeightMatrix _newHead;
    private readonly float[] _headBias;
    private readonly float[] _frequencies;
    private readonly DecodeRows _hidden;
    private readonly DecodeRows _normed;
    private readonly DecodeRows _query;
    private readonly DecodeRows _key;
    private readonly DecodeRows _value;
    private readonly DecodeRows _attended;
    private readonly DecodeRows _gate;
    private readonly DecodeRows _up;
    private readonly DecodeRows _logits;
    private readonly DecodeRows _newLogits;

    /// <summary>Makes the language model's weights ready for products on the CPU, for good.</summary>
    /// <param name="model">The language model, in float32 on the CPU.</param>
    /// <param name="head">Its vocabulary head.</param>
    /// <param name="format">How to keep its weights.</param>
    /// <param name="pool">Threads; null for the process's own.</param>
    public DecodePass(LlamaModel model, TextDecoder head, WeightFormat format, ComputePool? pool = null)
    {
        (_config, _pool, Format) = (model.Config, pool ?? ComputePool.Shared, format);
        _layers = [.. model.Layers.Select(layer => DecodeLayer.Prepare(layer, format))];
        _looks = [.. model.Layers.Select(layer => layer.ImageAttention is { } look ? MmfsStep.Prepare(look, format) : null)];
        _norm = DecodeNorm.Of(model.Norm);
        var (all, added) = head.Projections;
        (_head, _newHead) = (all.Prepare(format), added.Prepare(format));
        _headBias = Bias(all, added);
        using (var frequencies = RotaryPositions.Frequencies(HeadWidth, _config.RopeBase, CPU))
        {
            _frequencies = frequencies.data<float>().ToArray();
        }

        var hidden = _config.HiddenSize;
        (_hidden, _normed, _attended) = (new DecodeRows(hidden), new DecodeRows(hidden), new DecodeRows(hidden));
        (_query, _key, _value) = (new DecodeRows(hidden), new DecodeRows(hidden), new DecodeRows(hidden));
        (_gate, _up) = (new DecodeRows(_config.IntermediateSize), new DecodeRows(_config.IntermediateSize));
        (_logits, _newLogits) = (new DecodeRows(_head.Outputs), new DecodeRows(_newHead.Outputs));
    }

    /// <summary>How the weights are kept.</summary>
    public WeightFormat Format { get; }

    /// <summary>Bytes of weights that a pass reads, those for looking at images included.</summary>
    public long WeightBytes => _layers.Sum(layer => layer.ByteCount) + LookBytes + _head.ByteCount + _newHead.ByteCount;

    /// <summary>Bytes of weights that are read only for tokens that see images.</summary>
    public long LookBytes => _looks.Sum(look => look?.ByteCount ?? 0);

    private int HeadWidth => _config.HiddenSize / _config.NumAttentionHeads;

    /// <summary>Runs one token of each row and appends its keys and values.</summary>
    /// <param name="rows">The sequences.</param>
    /// <param name="embeddings">[rows, hidden].</param>
    /// <param name="hiddenStates">[rows, hidden], gets the last hidden states, normed.</param>
    /// <param name="logits">[rows, vocabulary], gets the logits of the next tokens.</param>
    public void Run(IReadOnlyList<DecodeRow> rows, ReadOnlySpan<float> embeddings, Span<float> hiddenStates, Span<float> logits)
    {
        foreach (var buffer in Buffers())
        {
            buffer.Resize(rows.Count);
        }

        Copy(embeddings, _hidden);
        var rotations = rows.Select(Rotation).ToArray();
        var recorders = rows.Any(row => row.Recorder is not null) ? rows.Select(row => row.Recorder).ToArray() : null;
        var look = 0;
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            Attend(_layers[layer], [.. rows.Select(row => row.Cache[layer])], rotations);
            if (_looks[layer] is { } step)
            {
                var index = look++;
                step.Run(_pool, [.. rows.Select(row => row.Looks?[index])], _hidden, _normed, recorders);
            }

            FeedForward(_layers[layer]);
        }

        _norm.Apply(_hidden, _normed);
        CopyTo(_normed, hiddenStates);
        Multiply(_normed, _logits.Of(_head), _newLogits.Of(_newHead));
        AddHeads(logits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in Buffers())
        {
            buffer.Dispose();
        }

        foreach (var look in _looks)
        {
            look?.Dispose();
        }
    }

    private void Attend(DecodeLayer layer, KvSequence[] sequences, (float[] Cos, float[] Sin)[] rotations)
    {
        layer.AttentionNorm.Apply(_hidden, _normed);
        Multiply(_normed, _query.Of(layer.Query), _key.Of(layer.Key), _value.Of(layer.Value));
        for (var r = 0; r < sequences.Length; r++)
        {
            RowMath.Rotate(_query.Row(r), rotations[r].Cos, rotations[r].Sin);
            RowMath.Rotate(_key.Row(r), rotations[r].Cos, rotations[r].Sin);
            sequences[r].PutLast(_key.Row(r), _value.Row(r), HeadWidth);
        }

        PagedAttentionKernel.Attend(_pool, _query.Pointer, sequences, _config.NumAttentionHeads, HeadWidth, _attended.Pointer);
        Multiply(_attended, _hidden.Of(layer.Output, adds: true));
    }

    private void FeedForward(DecodeLayer layer)
    {
        layer.MlpNorm.Apply(_hidden, _normed);
        Multiply(_normed, _gate.Of(layer.Gate), _up.Of(layer.Up));
        for (var r = 0; r < _gate.Count; r++)
        {
            RowMath.SwiGlu(_gate.Row(r), _up.Row(r));
        }

        Multiply(_gate, _hidden.Of(layer.Down, adds: true));
    }

    private void Multiply(DecodeRows input, params LinearProduct[] products) =>
        LinearLayers.Multiply(_pool, input.Pointer, input.Width, input.Count, products);

    private (float[] Cos, float[] Sin) Rotation(DecodeRow row)
    {
        var angles = _frequencies.Select(frequency => row.Position * frequency).ToArray();
        return ([.. angles.Select(MathF.Cos)], [.. angles.Select(MathF.Sin)]);
    }

    private void AddHeads(Span<float> logits)
    {
        var (all, added) = (_logits.Width, _newLogits.Width);
        for (var r = 0; r < _logits.Count; r++)
        {
            var row = logits.Slice(r * all, all);
            TensorPrimitives.Add(_logits.Row(r), _headBias, row);
            TensorPrimitives.Add(row[^added..], _newLogits.Row(r), row[^added..]);
        }
    }

    private static void Copy(ReadOnlySpan<float> from, DecodeRows to)
    {
        for (var r = 0; r < to.Count; r++)
        {
            from.Slice(r * to.Width, to.Width).CopyTo(to.Row(r));
        }
    }

    private static void CopyTo(DecodeRows from, Span<float> to)
    {
        for (var r = 0; r < from.Count; r++)
        {
            from.Row(r).CopyTo(to[(r * from.Width)..]);
        }
    }

    private static float[] Bias(Projection all, Projection added)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var bias = all.Bias!.detach().to_type(ScalarType.Float32).clone();
        bias.narrow(0, all.Bias!.shape[0] - added.Bias!.shape[0], added.Bias!.shape[0]).add_(added.Bias.detach());
        return bias.data<float>().ToArray();
    }

    private IEnumerable<DecodeRows> Buffers() => [_hidden, _normed, _query, _key, _value, _attended, _gate, _up, _logits, _newLogits];
}
