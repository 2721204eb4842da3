using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>A pickle's mention of a storage: a flat run of elements that lies in the archive under <c>data/{Key}</c>.</summary>
internal sealed record TorchStorage(ScalarType Type, string Key, long ElementCount);
