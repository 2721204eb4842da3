using System.IO.Compression;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// One row per line of every text entry of a zip archive, unpacked as it is read. Starting within an entry unpacks it up to there.
/// </summary>
internal sealed class ZipLineReader : IRowReader
{
    private static readonly string[] TextEntries = [".jsonl", ".json", ".txt"];

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly ZipArchive? _archive;
    private readonly IReadOnlyList<ZipArchiveEntry> _entries = [];
    private RowException? _problem;
    private LineReader? _lines;

    public ZipLineReader(string file, RowPosition start)
    {
        (_file, Position) = (file, start);
        _stream = LineReader.OpenAt(file, 0);
        try
        {
            _archive = new ZipArchive(_stream, ZipArchiveMode.Read);
            _entries = [.. _archive.Entries.Where(IsText)];
            _problem = _entries.Count > 0 ? null : new RowException($"the archive holds no {string.Join(", ", TextEntries)} file");
            Position = start.Entry < _entries.Count ? start : RowPosition.End;
        }
        catch (InvalidDataException e)
        {
            _problem = new RowException("the zip archive is damaged or cut short", e.Message);
        }
    }

    public RowPosition Position { get; private set; }

    private string Origin => $"{_file}/{_entries[Position.Entry].FullName}:{Position.Line + 1}";

    public Row? Read()
    {
        if (_problem is { } problem)
        {
            (_problem, Position) = (null, RowPosition.End);
            return new Row(_file, default, _file, default) { Problem = problem };
        }

        while (Position != RowPosition.End)
        {
            try
            {
                _lines ??= OpenEntry();
                if (_lines.Read() is { } row)
                {
                    Position = _lines.Position;
                    return row;
                }

                var (length, whole) = (_lines.Position.Offset, _entries[Position.Entry].Length);
                if (length < whole)
                {
                    throw new EndOfStreamException($"it unpacks to {length} of its {whole} bytes");
                }

                NextEntry();
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                var row = new Row(_file, Position, Origin, default)
                {
                    Problem = new RowException("the rest of the archive's entry is damaged or cut short", e.Message),
                };
                NextEntry();
                return row;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _archive?.Dispose();
        _stream.Dispose();
    }

    private static bool IsText(ZipArchiveEntry entry) =>
        TextEntries.Contains(Path.GetExtension(entry.Name)) && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private LineReader OpenEntry()
    {
        var entry = _entries[Position.Entry];
        var stream = entry.Open();
        var buffer = new byte[1 << 16];
        for (var left = Position.Offset; left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            left -= read > 0 ? read : throw new EndOfStreamException($"it ends {left} bytes before row {Position.Line + 1}");
        }

        return new LineReader(_file, $"{_file}/{entry.FullName}", stream, Position);
    }

    private void NextEntry()
    {
        _lines?.Dispose();
        _lines = null;
        Position = Position.Entry + 1 < _entries.Count ? new RowPosition(Position.Entry + 1, 0, 0) : RowPosition.End;
    }
}
