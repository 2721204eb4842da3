using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>The half-precision scales of a group's blocks.</summary>
internal static unsafe class BlockScales
{
    /// <summary>Bytes of a group's scales.</summary>
    public const int GroupBytes = sizeof(ushort) * WeightRows.GroupBlocks;

    /// <summary>
    /// Half precision to single, exactly. .NET has no instruction for it: sign, exponent and mantissa are moved to their places, and since
    /// half precision counts exponents from 15 and single from 127, a product with 2^112 does the rest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* halves)
    {
        const float Rebias = 5.192296858534828e33f;
        var bits = Wide.ToInt32(Vector256.Load((short*)halves)) << 13;
        return (bits & Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle() * Rebias;
    }
}
