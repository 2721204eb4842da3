using System.Buffers.Binary;

namespace MmiGrains.Model.Text;

/// <summary>
/// Walks the fields of one protobuf message, just far enough for a tokenizer's file. Every value is checked against the
/// bytes that are there; what does not fit is an <see cref="InvalidDataException"/> that says where.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, int origin = 0)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private int _wireType;

    /// <summary>The number of the field that <see cref="MoveToNextField"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Where the reader stands, in bytes from the start of the file.</summary>
    public readonly int Offset => origin + _position;

    /// <summary>Reads a field's key. Exactly one Read or <see cref="Skip"/> follows it.</summary>
    public bool MoveToNextField()
    {
        if (_position == _message.Length)
        {
            return false;
        }

        var key = Varint();
        if (key is 0 or > uint.MaxValue || key >> 3 == 0)
        {
            throw new InvalidDataException($"there is no field number in the key {key} before byte {Offset}");
        }

        Field = (int)(key >> 3);
        _wireType = (int)(key & 7);
        return true;
    }

    public ulong ReadVarint()
    {
        Expect(0);
        return Varint();
    }

    public bool ReadBool() => ReadVarint() != 0;

    public float ReadFloat()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>A string, bytes or embedded message, with its offset in the file.</summary>
    public ReadOnlySpan<byte> ReadBytes(out int offset)
    {
        Expect(2);
        var length = Varint();
        offset = Offset;
        return Take(length);
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Take(Varint()); break;
            case 5: Take(4); break;
            default: throw new InvalidDataException($"field {Field} has the unsupported wire type {_wireType} before byte {Offset}");
        }
    }

    private readonly void Expect(int wireType)
    {
        if (_wireType != wireType)
        {
            throw new InvalidDataException($"field {Field} has wire type {_wireType} where {wireType} belongs, before byte {Offset}");
        }
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException($"a number before byte {Offset} is longer than 10 bytes");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        var left = _message.Length - _position;
        if (length > (ulong)left)
        {
            throw new InvalidDataException($"it is cut short at byte {Offset}, where {length} bytes should follow and {left} do");
        }

        var taken = _message.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }
}
