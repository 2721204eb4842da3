using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Where a tensor's numbers lie. TorchSharp's own accessors stop at 2 GiB or copy.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>The first element; valid while the tensor is alive, so end with <see cref="GC.KeepAlive"/>.</summary>
    public static void* First(Tensor tensor) => THSTensor_data(tensor.Handle);

    [LibraryImport("LibTorchSharp")]
    private static partial void* THSTensor_data(nint tensor);
}
