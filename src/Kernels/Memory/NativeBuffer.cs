using System.Runtime.InteropServices;

namespace MmiGrains.Kernels.Memory;

/// <summary>Zeroed memory outside the managed heap, on a cache line's boundary. Freed when disposed, or by the finaliser.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint CacheLine = 64;
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE

    private void* _pointer;

    /// <param name="byteCount">Size in bytes.</param>
    public NativeBuffer(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ByteCount = byteCount;
        var size = (nuint)byteCount;
        var large = size >= 2 * HugePage;
        _pointer = NativeMemory.AlignedAlloc(nuint.Max(size, CacheLine), large ? HugePage : CacheLine);
        if (large && OperatingSystem.IsLinux())
        {
            _ = Advise(_pointer, size, AdviseHugePages); // streams read faster when a page is 2 MB; without, nothing is lost
        }

        NativeMemory.Clear(_pointer, size);
        GC.AddMemoryPressure(long.Max(byteCount, 1));
    }

    /// <summary>Frees what was not disposed.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Size in bytes.</summary>
    public long ByteCount { get; }

    /// <summary>Its first byte.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return (byte*)_pointer;
        }
    }

    /// <summary>As numbers.</summary>
    public float* Floats => (float*)Pointer;

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer is not null)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            GC.RemoveMemoryPressure(long.Max(ByteCount, 1));
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* address, nuint length, int advice);
}
