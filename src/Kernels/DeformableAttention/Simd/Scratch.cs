using System.Runtime.InteropServices;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Memory that a thread keeps from call to call for packed slices, as large as the largest it needed.</summary>
internal sealed unsafe class Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static Scratch? _mine;

    private byte* _memory;
    private nuint _size;

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>Bytes that so many take up, so that what follows is aligned too.</summary>
    public static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>The calling thread's memory, aligned and with anything in it; valid until the thread takes it again.</summary>
    public static byte* Take(long bytes)
    {
        var mine = _mine ??= new Scratch();
        if (mine._size < (nuint)bytes)
        {
            NativeMemory.AlignedFree(mine._memory);
            mine._memory = null;
            mine._size = 0;
            mine._memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            mine._size = (nuint)bytes;
        }

        return mine._memory;
    }
}
