using System.Numerics.Tensors;
using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.MmfsAttention;
using MmiGrains.Kernels.Threading;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs.Looks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MmiGrains.Model.Mmfs;

/// <summary>
/// One layer's gated look at images in a decode pass. All that follows from the weights alone is done beforehand: the query layer and the
/// two after it are multiplied into one, and every relative position has gone through them.
/// </summary>
internal sealed unsafe class MmfsStep : IDisposable
{
    private readonly DecodeNorm _norm;
    private readonly WeightMatrix _query;
    private readonly WeightMatrix _output;
    private readonly float[] _queryBias;
    private readonly float[] _outputBias;
    private readonly float _gate;
    private readonly float[] _nothing;
    private readonly NativeBuffer _table;
    private readonly NativeBuffer _ignore;
    private readonly DecodeRows _projected;
    private readonly DecodeRows _seen;

    private MmfsStep(DecodeNorm norm, MmfsQueryWeights weights, Tensor ignoreToken, TorchSharp.Modules.Linear output, float gate, WeightFormat format)
    {
        // 4 bits would move samples; these layers are a thirtieth of the weights.
        var kept = format == WeightFormat.Q4 ? WeightFormat.Q8 : format;
        var joint = weights.Weight.matmul(weights.Query.weight!);
        (_norm, _gate) = (norm, gate);
        (_query, _output) = (WeightMatrix.From(joint, kept), WeightMatrix.From(output.weight!, kept));
        _queryBias = Numbers(weights.Bias + weights.Weight.matmul(weights.Query.bias!));
        _outputBias = Numbers(output.bias! * gate);
        (_table, _ignore) = (Buffer(weights.ProjectPositions()), Buffer(ignoreToken));
        (_projected, _seen) = (new DecodeRows(_query.Outputs), new DecodeRows(_output.Inputs));
        _nothing = LookAtNothing();
    }

    /// <summary>Bytes of weights that a look reads.</summary>
    public long ByteCount => _query.ByteCount + _output.ByteCount;

    /// <summary>Makes a layer's weights ready.</summary>
    public static MmfsStep Prepare(LlamaMmfsAttention look, WeightFormat format)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (norm, gate, mmfs) = look.Parts;
        return new MmfsStep(DecodeNorm.Of(norm), mmfs.QueryWeights, mmfs.IgnoreToken, mmfs.Output, gate.tanh().item<float>(), format);
    }

    /// <summary>Adds the look to the hidden states of the rows that look.</summary>
    /// <param name="pool">Threads.</param>
    /// <param name="seen">What each row sees; null for a row that does not look.</param>
    /// <param name="hidden">The hidden states.</param>
    /// <param name="normed">Room for as many.</param>
    /// <param name="recorders">For each row who is told what it looks at; null for nobody.</param>
    public void Run(ComputePool pool, IReadOnlyList<SeenImages?> seen, DecodeRows hidden, DecodeRows normed, IReadOnlyList<LookRecorder?>? recorders = null)
    {
        var layout = seen.FirstOrDefault(row => row is not null)?.Layout;
        if (layout is null)
        {
            return;
        }

        if (seen.All(row => row is null or { Images.Count: 0 }))
        {
            AddNothing(seen, hidden);
            RecordNothing(seen, layout.Heads, recorders);
            return;
        }

        _norm.Apply(hidden, normed);
        _projected.Resize(hidden.Count);
        _seen.Resize(hidden.Count);
        LinearLayers.Multiply(pool, normed.Pointer, normed.Width, normed.Count, _projected.Of(_query));
        for (var r = 0; r < hidden.Count; r++)
        {
            TensorPrimitives.Add(_projected.Row(r), _queryBias, _projected.Row(r));
        }

        Record(seen, layout, recorders);
        var queries = seen.Select(row => new MmfsQuery(0.5f, 0.5f, row?.Images ?? [])).ToArray();
        MmfsAttentionKernel.Attend(
            pool, layout, queries, _projected.Pointer, (nint)_table.Pointer, (nint)_ignore.Pointer, _seen.Pointer);
        for (var r = 0; r < hidden.Count; r++)
        {
            // A row that does not look adds nothing.
            TensorPrimitives.Multiply(_seen.Row(r), seen[r] is null ? 0 : _gate, _seen.Row(r));
            if (seen[r] is not null)
            {
                TensorPrimitives.Add(hidden.Row(r), _outputBias, hidden.Row(r));
            }
        }

        LinearLayers.Multiply(pool, _seen.Pointer, _seen.Width, _seen.Count, hidden.Of(_output, adds: true));
    }

    // A row that sees no image gets the same whatever its query; this is what the kernel would make of it, to the last bit.
    private void AddNothing(IReadOnlyList<SeenImages?> seen, DecodeRows hidden)
    {
        for (var r = 0; r < hidden.Count; r++)
        {
            if (seen[r] is not null)
            {
                TensorPrimitives.Add(hidden.Row(r), _outputBias, hidden.Row(r));
                TensorPrimitives.Add(hidden.Row(r), _nothing, hidden.Row(r));
            }
        }
    }

    private void Record(IReadOnlyList<SeenImages?> seen, MmfsLayout layout, IReadOnlyList<LookRecorder?>? recorders)
    {
        for (var r = 0; r < (recorders?.Count ?? 0); r++)
        {
            if (recorders![r] is { } recorder && seen[r] is { } row)
            {
                var table = new ReadOnlySpan<float>(_table.Floats, (int)(_table.ByteCount / sizeof(float)));
                recorder.Add(layout, (0.5f, 0.5f), _projected.Row(r), table, [.. row.Images.Select((image, index) => (index, image.Order))]);
            }
        }
    }

    private static void RecordNothing(IReadOnlyList<SeenImages?> seen, int heads, IReadOnlyList<LookRecorder?>? recorders)
    {
        for (var r = 0; r < (recorders?.Count ?? 0); r++)
        {
            if (seen[r] is not null)
            {
                recorders![r]?.AddNothing(heads);
            }
        }
    }

    private float[] LookAtNothing()
    {
        using var ignored = new DecodeRows(_output.Inputs);
        using var nothing = new DecodeRows(_output.Outputs);
        ignored.Resize(1);
        nothing.Resize(1);
        TensorPrimitives.Multiply(new ReadOnlySpan<float>(_ignore.Floats, ignored.Width), _gate, ignored.Row(0));
        LinearLayers.Multiply(ComputePool.Shared, ignored.Pointer, ignored.Width, 1, nothing.Of(_output));
        return nothing.Row(0).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _query.Dispose();
        _output.Dispose();
        _table.Dispose();
        _ignore.Dispose();
        _projected.Dispose();
        _seen.Dispose();
    }

    private static float[] Numbers(Tensor tensor) => tensor.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();

    private static NativeBuffer Buffer(Tensor tensor)
    {
        var numbers = Numbers(tensor);
        var buffer = new NativeBuffer(sizeof(float) * (long)numbers.Length);
        numbers.CopyTo(new Span<float>(buffer.Floats, numbers.Length));
        return buffer;
    }
}
