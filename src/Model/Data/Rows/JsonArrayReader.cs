using System.Text.Json;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// One row per element of a large JSON array, which is the whole file or one field of its object; each element is parsed where it
/// lies, so the array is never in memory.
/// </summary>
internal sealed class JsonArrayReader : IRowReader
{
    private const string IsCut = "the file ends within its list";
    private const string IsBroken = "the rest of the file is not JSON";

    private readonly string _file;
    private readonly string _field;
    private readonly ByteWindow _window;
    private bool _isFound;
    private bool _isFirst;
    private bool _isDone;

    /// <summary>Reads an array's elements from a position.</summary>
    /// <param name="file">The file.</param>
    /// <param name="field">The field that holds the array where the file is an object; within objects, as in "data.dialogs".</param>
    /// <param name="start">Where: the default for the array's beginning, else a position that this class gave.</param>
    public JsonArrayReader(string file, string field, RowPosition start)
    {
        (_file, _field, _isFound) = (file, field, start.Offset > 0);
        _window = new ByteWindow(LineReader.OpenAt(file, start.Offset), start.Offset, start.Line);
    }

    public RowPosition Position => _isDone ? RowPosition.End : new(0, _window.Offset, _window.Line);

    public Row? Read()
    {
        if (_isDone)
        {
            return null;
        }

        try
        {
            if (!_isFound)
            {
                FindArray();
                _isFound = _isFirst = true;
            }

            return ReadElement();
        }
        catch (Exception problem) when (problem is JsonException or RowException)
        {
            var position = _isFound ? Position : default;
            _isDone = true;
            return new Row(_file, position, Origin(new(0, _window.Offset, _window.Line)), default)
            {
                Problem = problem as RowException ?? new RowException(IsBroken, problem.Message.Split(" LineNumber:")[0]),
            };
        }
    }

    public void Dispose() => _window.Dispose();

    private Row? ReadElement()
    {
        if (Peek() == ']')
        {
            _isDone = true;
            return null;
        }

        if (!_isFirst)
        {
            _window.Advance(Peek() == ',' ? 1 : throw new RowException(IsBroken, "a comma is missing"));
            Peek();
        }

        _isFirst = false;
        var start = Position;
        while (true)
        {
            var reader = new Utf8JsonReader(_window.View, _window.IsLast, default);
            if (reader.Read() && reader.TrySkip())
            {
                var content = _window.View[..(int)reader.BytesConsumed].ToArray();
                _window.Advance(content.Length);
                return new Row(_file, start, Origin(start), content);
            }

            ExtendWithin(LineReader.LongestRow, IsCut);
        }
    }

    // Goes through the file's object, whatever it holds, to just after the bracket that opens the list.
    private void FindArray()
    {
        if (_window.Extend() && _window.View.StartsWith("\uFEFF"u8))
        {
            _window.Advance(3);
        }

        var path = _field.Split('.');
        var state = default(JsonReaderState);
        var (within, isField) = (0, false); // so many objects of the path are open, and the last token named the next
        while (true)
        {
            var reader = new Utf8JsonReader(_window.View, _window.IsLast, state);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartArray && (reader.CurrentDepth == 0 || (isField && within == path.Length - 1)))
                {
                    _window.Advance((int)reader.BytesConsumed);
                    return;
                }

                if (reader.CurrentDepth == 0 && reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new RowException($"the file is neither a list nor an object with a list '{_field}'");
                }

                within += reader.TokenType == JsonTokenType.StartObject && isField && within < path.Length - 1 ? 1
                    : reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == within ? -1 : 0;
                isField = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == within + 1 && reader.ValueTextEquals(path[within]);
            }

            state = reader.CurrentState;
            _window.Advance((int)reader.BytesConsumed);
            ExtendWithin(LineReader.LongestRow, $"the file ends before its list '{_field}'");
        }
    }

    // Many lists are a single line, so the line alone would not tell where to look.
    private string Origin(RowPosition place) => $"{_file}:{place.Line + 1} (byte {place.Offset})";

    private char Peek() => _window.SkipWhiteSpace() ? (char)_window.View[0] : throw new RowException(IsCut);

    private void ExtendWithin(int limit, string otherwise)
    {
        if (_window.View.Length > limit)
        {
            throw new RowException($"a value of the file has more than {limit} bytes");
        }

        if (!_window.Extend())
        {
            throw new RowException(otherwise);
        }
    }
}
