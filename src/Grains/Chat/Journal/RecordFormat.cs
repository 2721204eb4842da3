using System.Buffers.Binary;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// A record's bytes, little-endian: magic "MR", version, kind, turn id (16), sequence (8), epoch (8), length (4), payload, CRC-32C (4). The
/// checksum begins with the session's name, so that a record of another session is not taken for one of this.
/// </summary>
internal static class RecordFormat
{
    private const ushort Magic = 0x524d;
    private const byte Version = 1;
    private const int KindAt = 3, TurnAt = 4, SequenceAt = 20, EpochAt = 28, LengthAt = 36, PayloadAt = 40, ChecksumSize = 4;

    public static byte[] Encode(ReadOnlySpan<byte> session, long sequence, long epoch, NewRecord record)
    {
        var payload = record.Payload.Span;
        var bytes = new byte[PayloadAt + payload.Length + ChecksumSize];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Magic);
        bytes[2] = Version;
        bytes[KindAt] = (byte)record.Kind;
        record.Turn.Write(bytes.AsSpan(TurnAt, TurnId.Size));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SequenceAt), sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(EpochAt), epoch);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LengthAt), payload.Length);
        payload.CopyTo(bytes.AsSpan(PayloadAt));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^ChecksumSize..), Checksum.Of(session, bytes.AsSpan(..^ChecksumSize)));
        return bytes;
    }

    /// <exception cref="StateDamagedException">The bytes are not the record of this place.</exception>
    public static JournalRecord Decode(SessionKey session, ReadOnlySpan<byte> name, long sequence, byte[]? bytes)
    {
        StateDamagedException Damaged(string problem) => StateDamagedException.Damaged(session, $"record {sequence} {problem}");
        if (bytes is null || bytes.Length < PayloadAt + ChecksumSize)
        {
            throw Damaged($"has {bytes?.Length ?? 0} bytes, fewer than the {PayloadAt + ChecksumSize} of an empty one");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Magic)
        {
            throw Damaged("is no journal record");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^ChecksumSize..)) != Checksum.Of(name, bytes.AsSpan(..^ChecksumSize)))
        {
            throw Damaged("has a checksum that does not fit its bytes and this session");
        }

        if (bytes[2] != Version)
        {
            throw Damaged($"has version {bytes[2]}; {Version} can be read here");
        }

        var (stored, length) = (BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(SequenceAt)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(LengthAt)));
        if (stored != sequence || length != bytes.Length - PayloadAt - ChecksumSize)
        {
            throw Damaged($"says it is record {stored} with {length} bytes of {bytes.Length - PayloadAt - ChecksumSize}");
        }

        return new JournalRecord(
            sequence, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(EpochAt)), (RecordKind)bytes[KindAt],
            TurnId.Read(bytes.AsSpan(TurnAt, TurnId.Size)), bytes.AsMemory(PayloadAt, length));
    }

    /// <summary>Whether a stored record is the one to append: all but the epoch it was written in.</summary>
    public static bool IsSame(JournalRecord stored, NewRecord record) =>
        stored.Kind == record.Kind && stored.Turn == record.Turn && stored.Payload.Span.SequenceEqual(record.Payload.Span);
}
