using System.Formats.Tar;
using System.Text;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Shards;

/// <summary>
/// One row per sample of a webdataset shard, a tar archive in which files that share a name up to its first dot, and follow each
/// other, are one sample. Its .json and .txt are read with the row; images stay where they are.
/// </summary>
internal sealed class ShardReader : IRowReader
{
    private const string IsCut = "the rest of the shard is damaged or cut short";
    private const int Block = 512;
    private const int LargestText = LineReader.LongestRow;

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly TarReader _tar;
    private long _line;
    private long _next;
    private ShardMember? _ahead;
    private long _aheadStart;
    private RowException? _problem;

    public ShardReader(string file, RowPosition start)
    {
        (_file, _line, _next) = (file, start.Line, start.Offset);
        _stream = LineReader.OpenAt(file, start.Offset);
        _tar = new TarReader(_stream, leaveOpen: true);
        Position = start;
        ReadAhead();
    }

    public RowPosition Position { get; private set; }

    public Row? Read()
    {
        if (_ahead is not { } first)
        {
            Position = RowPosition.End;
            var problem = _problem;
            _problem = null;
            return problem is null ? null : new Row(_file, new RowPosition(0, _next, _line), $"{_file}, byte {_next}", default) { Problem = problem };
        }

        var members = new List<ShardMember>();
        while (_ahead is { } member && Key(member) == Key(first) && members.All(earlier => earlier.Extension != member.Extension))
        {
            members.Add(member);
            ReadAhead();
        }

        var row = ReadTexts(members);
        _line++;
        Position = _ahead is null && _problem is null ? RowPosition.End : new RowPosition(0, _ahead is null ? _next : _aheadStart, _line);
        return row;
    }

    public void Dispose()
    {
        _tar.Dispose();
        _stream.Dispose();
    }

    private Row ReadTexts(List<ShardMember> members)
    {
        var row = new Row(_file, Position, $"{_file}, {Key(members[0])}", default) { Members = members };
        try
        {
            return row with
            {
                Content = Find("json") is { } json ? ReadText(json) : default,
                Caption = Find("txt") is { } text ? Encoding.UTF8.GetString(ReadText(text)) : null,
            };
        }
        catch (RowException problem)
        {
            return row with { Problem = problem };
        }

        ShardMember? Find(string extension) => members.Find(member => member.Extension == extension);
    }

    private byte[] ReadText(ShardMember member) => member.Length <= LargestText
        ? member.Read(_stream.SafeFileHandle)
        : throw new RowException($"a text has more than {LargestText} bytes", $"{member.Name}: {member.Length}");

    // An entry begins where the one before it ended, its long name and other extensions included.
    private void ReadAhead()
    {
        _ahead = null;
        try
        {
            while (_ahead is null)
            {
                if (_tar.GetNextEntry() is not { } entry)
                {
                    // A whole archive ends with blocks of zeros; one that was cut between two files does not.
                    _problem = _stream.Length - _next >= Block ? null : new RowException(IsCut, "its end mark is missing");
                    return;
                }

                var start = _next;
                _next = entry.DataOffset + ((entry.Length + Block - 1) / Block * Block);
                if (entry.DataOffset + entry.Length > _stream.Length)
                {
                    _next = start;
                    throw new EndOfStreamException($"'{entry.Name}' has {_stream.Length - entry.DataOffset} of its {entry.Length} bytes");
                }

                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    var name = Path.GetFileName(entry.Name);
                    var dot = name.IndexOf('.', 1 <= name.Length ? 1 : 0);
                    (_ahead, _aheadStart) = (new ShardMember(_file, entry.Name, dot < 0 ? "" : name[(dot + 1)..].ToLowerInvariant(), entry.DataOffset, entry.Length), start);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            _problem = new RowException(IsCut, e.Message);
        }
    }

    private static string Key(ShardMember member) =>
        member.Extension.Length == 0 ? member.Name : member.Name[..^(member.Extension.Length + 1)];
}
