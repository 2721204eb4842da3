using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A tensor announced to a writer: what the header must say before the values are at hand, and where to get them.</summary>
internal sealed record TensorToWrite(string Name, ScalarType Type, IReadOnlyList<long> Shape, long ByteCount, Func<Tensor> Value)
{
    public static TensorToWrite Of(string name, Tensor value)
    {
        return new TensorToWrite(name, value.dtype, value.shape, TensorMemory.ByteCount(value), () => value);
    }

    public static TensorToWrite Of(ITensorSource source, TensorEntry entry)
    {
        return new TensorToWrite(entry.Name, entry.Type, entry.Shape, entry.ByteCount, () => source.Read(entry.Name));
    }
}
