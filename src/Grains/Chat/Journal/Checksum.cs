using System.Buffers.Binary;
using System.Numerics;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>CRC-32C, which finds every flipped bit and every cut.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default) =>
        ~Add(Add(Add(uint.MaxValue, first), second), third);

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
