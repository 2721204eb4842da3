using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Memory;

/// <summary>Where a tensor's numbers lie, for kernels that read them without a copy.</summary>
public static class TensorPointer
{
    /// <summary>The address of a CPU tensor's first element. It holds while the tensor lives; strides are the caller's to obey.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    public static nint Of<T>(Tensor tensor)
        where T : unmanaged
    {
        return tensor.device_type == DeviceType.CPU && tensor.ElementSize == Marshal.SizeOf<T>()
            ? THSTensor_data(tensor.Handle)
            : throw new ArgumentException($"A {typeof(T).Name} on the CPU is wanted; the tensor holds {tensor.dtype} on {tensor.device_type}.");
    }

    /// <summary>A contiguous CPU tensor's numbers, in place. They hold while the tensor lives.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    public static unsafe Span<T> Span<T>(Tensor tensor)
        where T : unmanaged
    {
        return tensor.is_contiguous() ? new Span<T>((void*)Of<T>(tensor), checked((int)tensor.numel()))
            : throw new ArgumentException($"A contiguous tensor is wanted; this one is [{string.Join(", ", tensor.shape)}] in steps of [{string.Join(", ", tensor.stride())}].");
    }

    /// <summary>The same where the type has been looked at already; end with <see cref="GC.KeepAlive"/>.</summary>
    internal static unsafe void* First(Tensor tensor) => (void*)THSTensor_data(tensor.Handle);

    // TorchSharp's own `bytes` refuses tensors above 2 GiB.
    [DllImport("LibTorchSharp")]
    private static extern nint THSTensor_data(nint handle);
}
