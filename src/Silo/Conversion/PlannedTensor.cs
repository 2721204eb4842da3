using MmiGrains.Model.Weights;
using MmiGrains.Silo.Inspection;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Conversion;

/// <summary>A tensor to write: its name in the model, where its values come from, and the type it gets.</summary>
internal sealed record PlannedTensor(string Name, IReadOnlyList<long> Shape, ScalarType Type, ITensorSource Source, string SourceName)
{
    public long ByteCount => Shape.Aggregate((long)ElementSize.Of(Type), (bytes, extent) => bytes * extent);
}
