using System.Buffers.Binary;
using System.Text;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>What an idempotency key was used for.</summary>
/// <param name="Turn">The turn it began.</param>
/// <param name="Sequence">The record that accepted it.</param>
/// <param name="AcceptedAt">Milliseconds since 1970, UTC.</param>
/// <param name="RequestHash">SHA-256 of the request's body.</param>
internal sealed record DedupeEntry(TurnId Turn, long Sequence, long AcceptedAt, ReadOnlyMemory<byte> RequestHash)
{
    /// <summary>Bytes of a request's hash.</summary>
    public const int HashSize = 32;

    // Version, turn id (16), sequence (8), time (8), hash (32), CRC-32C over session, key and the rest.
    private const byte Version = 1;
    private const int ChecksumAt = 65, Size = 69;

    public byte[] Encode(ReadOnlySpan<byte> session, string key)
    {
        var bytes = new byte[Size];
        bytes[0] = Version;
        Turn.Write(bytes.AsSpan(1, TurnId.Size));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), AcceptedAt);
        RequestHash.Span.CopyTo(bytes.AsSpan(33));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumAt), Checksum.Of(session, Encoding.UTF8.GetBytes(key), bytes.AsSpan(..ChecksumAt)));
        return bytes;
    }

    /// <exception cref="StateDamagedException">The bytes are no entry of this key and session.</exception>
    public static DedupeEntry Decode(SessionKey session, ReadOnlySpan<byte> name, byte[] key, byte[] bytes)
    {
        if (bytes.Length != Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ChecksumAt)) != Checksum.Of(name, key, bytes.AsSpan(..ChecksumAt)) || bytes[0] != Version)
        {
            throw StateDamagedException.Damaged(session, $"an idempotency key's entry of {bytes.Length} bytes does not fit its checksum");
        }

        return new DedupeEntry(
            TurnId.Read(bytes.AsSpan(1, TurnId.Size)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(17)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(25)),
            bytes.AsMemory(33, HashSize));
    }
}
