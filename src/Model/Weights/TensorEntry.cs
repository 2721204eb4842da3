using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>One tensor of a weight file: what it is, and where its bytes lie.</summary>
/// <param name="Name">The tensor's key in the state dictionary.</param>
/// <param name="Type">The element type it is stored in.</param>
/// <param name="Shape">Its extents; empty for a scalar.</param>
/// <param name="Offset">Bytes from the beginning of the file to its first element.</param>
/// <param name="ByteCount">The product of its shape, times the size of an element.</param>
public sealed record TensorEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Offset, long ByteCount);
