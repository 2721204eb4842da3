using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>The corners of a run of samples that count, without gaps.</summary>
internal unsafe struct CornerList
{
    /// <summary>Samples that fit.</summary>
    public const int Capacity = 64;

    /// <summary>Numbers from a sample's first offset to its first weight.</summary>
    public const int ToWeights = Corners.PerSample * Capacity;

    /// <summary>Where each corner's channels begin: <c>[corner, sample]</c>.</summary>
    public fixed int Offsets[Corners.PerSample * Capacity];

    /// <summary>What each corner counts: <c>[corner, sample]</c>.</summary>
    public fixed float Weights[Corners.PerSample * Capacity];

    /// <summary>Samples in the list.</summary>
    public int Count;

    /// <summary>Appends those of eight samples whose bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Append(CornerList* list, Corners* corners, uint samples)
    {
        var members = Members(samples);
        for (var corner = 0; corner < Corners.PerSample; corner++)
        {
            var (from, to) = (corner * Corners.Count, (corner * Capacity) + list->Count);
            Vector256.ShuffleNative(Vector256.Load(corners->Offsets + from), members).Store(list->Offsets + to);
            Vector256.ShuffleNative(Vector256.Load(corners->Weights + from), members).Store(list->Weights + to);
        }

        list->Count += BitOperations.PopCount(samples);
    }

    // The numbers of the set bits, in order, one in each lane: every set bit becomes a byte of ones, which lets its number through.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Members(uint samples)
    {
        var bytes = Bmi2.X64.ParallelBitDeposit(samples, 0x0101010101010101) * 0xFF;
        var numbers = Vector128.CreateScalarUnsafe(Bmi2.X64.ParallelBitExtract(0x0706050403020100, bytes)).AsByte();
        return Vector256.WidenLower(Vector128.WidenLower(numbers).ToVector256Unsafe()).AsInt32();
    }
}
