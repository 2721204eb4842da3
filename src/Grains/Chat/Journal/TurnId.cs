using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Names a turn. The same session, idempotency key and place among the session's turns give the same id.</summary>
public readonly record struct TurnId(UInt128 Value)
{
    /// <summary>Bytes of an id.</summary>
    internal const int Size = 16;

    /// <summary>No turn: records that concern the session as a whole.</summary>
    public static TurnId None => default;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not 32 hexadecimal digits.</exception>
    public static TurnId Parse(string text) =>
        text.Length == 32 && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new TurnId(value)
            : throw new FormatException($"A turn id is 32 hexadecimal digits; this one has {text.Length} characters.");

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

    internal static TurnId Of(SessionKey session, string idempotencyKey, long turn) =>
        Read(SHA256.HashData(Encoding.UTF8.GetBytes($"{session}\n{turn}\n{idempotencyKey}")));

    internal static TurnId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    internal void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
}
