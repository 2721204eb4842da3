using MmiGrains.Model.Training;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Inspection;

/// <summary>A tensor without its values.</summary>
/// <param name="Name">Its name in the state dictionary.</param>
/// <param name="Shape">Its extents; empty for a scalar.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="IsBuffer">Whether it is a constant rather than a parameter.</param>
internal sealed record TensorInfo(string Name, IReadOnlyList<long> Shape, ScalarType Type, bool IsBuffer)
{
    public long ElementCount => Shape.Aggregate(1L, (count, extent) => count * extent);

    public long ByteCount => ElementCount * ElementSize.Of(Type);

    /// <summary>Whether pre-training changes it.</summary>
    public bool IsTrainable => !IsBuffer && !Freezing.IsFrozen(Name);

    /// <summary>Such as 1024x3x14x14; empty for a scalar.</summary>
    public string ShapeText => string.Join("x", Shape);

    /// <summary>PyTorch's name of the type, such as float32.</summary>
    public string TypeText => Type == ScalarType.Byte ? "uint8" : Type.ToString().ToLowerInvariant();

    /// <summary>buffer, frozen or trainable.</summary>
    public string Kind => IsBuffer ? "buffer" : IsTrainable ? "trainable" : "frozen";
}
