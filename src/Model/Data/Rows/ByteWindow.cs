namespace MmiGrains.Model.Data.Rows;

/// <summary>A moving view of a stream of bytes that knows how far into it, and in which line, it is.</summary>
/// <param name="stream">The bytes; disposed with this.</param>
/// <param name="offset">Bytes before the stream's current position.</param>
/// <param name="line">Lines before it.</param>
internal sealed class ByteWindow(Stream stream, long offset, long line) : IDisposable
{
    private const int FirstSize = 1 << 16;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <summary>Bytes before the view.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Lines before the view.</summary>
    public long Line { get; private set; } = line;

    /// <summary>Whether the stream has no more than what is in view.</summary>
    public bool IsLast { get; private set; }

    /// <summary>What is in view.</summary>
    public ReadOnlySpan<byte> View => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Brings more bytes into view, all that were there included; false at the stream's end.</summary>
    public bool Extend()
    {
        if (IsLast)
        {
            return false;
        }

        var length = _end - _start;
        if (_end == _buffer.Length)
        {
            var target = length > _buffer.Length / 2 ? new byte[checked(2 * _buffer.Length)] : _buffer;
            View.CopyTo(target);
            (_buffer, _start, _end) = (target, 0, length);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        (_end, IsLast) = (_end + read, read == 0);
        return read > 0;
    }

    /// <summary>Moves on by so many bytes of the view.</summary>
    public void Advance(int count)
    {
        Line += View[..count].Count((byte)'\n');
        Offset += count;
        _start += count;
    }

    /// <summary>Moves to the next byte that is not white space; false when there is none.</summary>
    public bool SkipWhiteSpace()
    {
        while (true)
        {
            var at = View.IndexOfAnyExcept(" \t\r\n"u8);
            Advance(at < 0 ? View.Length : at);
            if (at >= 0)
            {
                return true;
            }

            if (!Extend())
            {
                return false;
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
