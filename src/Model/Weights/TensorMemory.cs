using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>The memory behind a contiguous CPU tensor, of any size.</summary>
internal static unsafe class TensorMemory
{
    public static long ByteCount(Tensor tensor)
    {
        return tensor.numel() * tensor.element_size();
    }

    /// <summary>The address of the first element of a tensor that has at least one. Valid while the tensor lives.</summary>
    public static byte* Start(Tensor tensor)
    {
        // Tensor.bytes refuses more than 2 GiB, but the first element alone is always within that, and shares its address.
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
