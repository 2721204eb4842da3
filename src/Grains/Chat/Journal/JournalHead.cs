using System.Buffers.Binary;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// A journal's head. Every change of a journal changes its head, and is made only where the stored head is, byte for byte, the one that
/// the writer knows: that is the fence.
/// </summary>
/// <param name="Epoch">Counts activations.</param>
/// <param name="Next">The number of records, and so the sequence number of the next.</param>
/// <param name="Turns">How many of them accept a turn.</param>
/// <param name="WindowCount">Entries of the dedupe window.</param>
/// <param name="CreatedAt">Milliseconds since 1970, UTC.</param>
internal sealed record JournalHead(long Epoch, long Next, long Turns, int WindowCount, long CreatedAt)
{
    // Magic "MMIH", version, state, two bytes of nothing, epoch, next, turns, created (8 each), window (4), name's length (2), name, CRC-32C.
    private const uint Magic = 0x48494d4d;
    private const byte Version = 1, Live = 1, Deleted = 2;
    private const int NameAt = 46, ChecksumSize = 4;

    public byte[] Encode(ReadOnlySpan<byte> session) => Encode(session, Live);

    /// <summary>What stands in the place of a deleted session's head: always the same bytes.</summary>
    public static byte[] Tombstone(ReadOnlySpan<byte> session) => new JournalHead(long.MaxValue, 0, 0, 0, 0).Encode(session, Deleted);

    /// <exception cref="StateDamagedException">The bytes are not this session's head.</exception>
    /// <exception cref="SessionDeletedException">They are a tombstone.</exception>
    public static JournalHead Decode(SessionKey session, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        StateDamagedException Damaged(string problem) => StateDamagedException.Damaged(session, $"the head {problem}");
        if (bytes.Length < NameAt + ChecksumSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw Damaged($"of {bytes.Length} bytes is none");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumSize..]) != Checksum.Of(bytes[..^ChecksumSize]))
        {
            throw Damaged("has a checksum that does not fit its bytes");
        }

        if (bytes[4] != Version)
        {
            throw Damaged($"has version {bytes[4]}; {Version} can be read here");
        }

        if (!bytes[NameAt..^ChecksumSize].SequenceEqual(name))
        {
            throw Damaged("is another session's");
        }

        if (bytes[5] == Deleted)
        {
            throw new SessionDeletedException(session);
        }

        return new JournalHead(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
    }

    private byte[] Encode(ReadOnlySpan<byte> session, byte state)
    {
        var bytes = new byte[NameAt + session.Length + ChecksumSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        (bytes[4], bytes[5]) = (Version, state);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Next);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Turns);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), CreatedAt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), WindowCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(44), (ushort)session.Length);
        session.CopyTo(bytes.AsSpan(NameAt));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^ChecksumSize..), Checksum.Of(bytes.AsSpan(..^ChecksumSize)));
        return bytes;
    }
}
