namespace MmiGrains.Model.Data.Rows;

/// <summary>One row per line, of a file or of an unpacked entry; empty lines are no rows.</summary>
internal sealed class LineReader : IRowReader
{
    /// <summary>The longest row; a document of mmc4 has some hundred kilobytes.</summary>
    public const int LongestRow = 64 << 20;

    private readonly string _file;
    private readonly string _name;
    private readonly int _entry;
    private readonly ByteWindow _window;

    /// <summary>Reads a file from a position.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="start">Where.</param>
    public LineReader(string file, RowPosition start)
        : this(file, file, OpenAt(file, start.Offset), start)
    {
    }

    /// <summary>Reads a stream that stands at a position.</summary>
    /// <param name="file">The file it comes from.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="stream">Its bytes from there on; disposed with this.</param>
    /// <param name="start">Where it stands.</param>
    public LineReader(string file, string name, Stream stream, RowPosition start)
    {
        (_file, _name, _entry) = (file, name, start.Entry);
        _window = new ByteWindow(stream, start.Offset, start.Line);
    }

    public RowPosition Position => new(_entry, _window.Offset, _window.Line);

    public static FileStream OpenAt(string file, long offset)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        stream.Position = offset;
        return stream;
    }

    public Row? Read()
    {
        while (ReadLine() is { } row)
        {
            if (row.Problem is not null || row.Content.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                return row;
            }
        }

        return null;
    }

    public void Dispose() => _window.Dispose();

    private Row? ReadLine()
    {
        var start = Position;
        var searched = 0;
        var (isTooLong, length) = (false, 0L);
        while (true)
        {
            var end = _window.View[searched..].IndexOf((byte)'\n');
            if (end < 0 && _window.View.Length <= LongestRow)
            {
                searched = _window.View.Length;
                if (_window.Extend())
                {
                    continue;
                }
            }

            var taken = end < 0 ? _window.View.Length : searched + end + 1;
            isTooLong |= taken > LongestRow;
            length += taken;
            if (length == 0)
            {
                return null;
            }

            var content = isTooLong ? [] : _window.View[..taken].ToArray();
            _window.Advance(taken);
            if (end >= 0 || _window.IsLast)
            {
                return new Row(_file, start, $"{_name}:{start.Line + 1}", WithoutMark(content, start))
                {
                    Problem = isTooLong ? new RowException($"the line has more than {LongestRow} bytes", $"{length}") : null,
                };
            }

            searched = 0;
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] content, RowPosition start) =>
        start.Offset == 0 && content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsMemory(3) : content;
}
