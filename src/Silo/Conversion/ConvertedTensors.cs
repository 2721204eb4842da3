using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Conversion;

/// <summary>Planned tensors as a source of their own: each is read, and changed to its type, when it is asked for.</summary>
internal sealed class ConvertedTensors : ITensorSource
{
    private const double LargestHalf = 65504;

    private readonly Dictionary<string, PlannedTensor> _byName;
    private readonly CancellationToken _cancellation;

    public ConvertedTensors(string path, IReadOnlyList<PlannedTensor> tensors, CancellationToken cancellation)
    {
        (Path, _cancellation) = (path, cancellation);
        _byName = tensors.ToDictionary(tensor => tensor.Name);
        Entries = [.. tensors.Select(tensor => new TensorEntry(tensor.Name, tensor.Type, tensor.Shape, 0, tensor.ByteCount))];
    }

    /// <summary>The file that is being made.</summary>
    public string Path { get; }

    public IReadOnlyList<TensorEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public bool Contains(string name) => _byName.ContainsKey(name);

    public Tensor Read(string name)
    {
        _cancellation.ThrowIfCancellationRequested();
        var planned = _byName[name];
        var stored = planned.Source.Read(planned.SourceName);
        if (stored.dtype == planned.Type)
        {
            return stored;
        }

        using (stored)
        {
            if (planned.Type == ScalarType.Float16)
            {
                RequireHalf(planned, stored);
            }

            return stored.to_type(planned.Type);
        }
    }

    public void Dispose()
    {
        // The sources belong to whoever opened them.
    }

    // What is infinite already may stay so.
    private static void RequireHalf(PlannedTensor planned, Tensor stored)
    {
        using var scope = NewDisposeScope();
        var largest = stored.numel() == 0 ? 0 : stored.abs().nan_to_num(0, 0, 0).max().to_type(ScalarType.Float64).item<double>();
        if (largest > LargestHalf)
        {
            throw new WeightFileException(
                planned.Source.Path, $"holds {largest:G6} in the tensor '{planned.SourceName}', above float16's limit of {LargestHalf}; bf16 holds it.");
        }
    }
}
