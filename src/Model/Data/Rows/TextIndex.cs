using System.Text.Json;

namespace MmiGrains.Model.Data.Rows;

/// <summary>The texts of a large JSON list by their place in it: places are in memory, some 12 bytes each, and a text is read when it is asked for.</summary>
internal sealed class TextIndex : IDisposable
{
    private readonly FileStream _file;
    private readonly List<long> _offsets = [];
    private readonly List<int> _lengths = [];

    /// <summary>Goes through a list once.</summary>
    /// <param name="file">A JSON file.</param>
    /// <param name="listField">The field that holds the list.</param>
    /// <exception cref="DataException">The list is not sound.</exception>
    public TextIndex(string file, string listField)
    {
        _file = LineReader.OpenAt(file, 0);
        using var rows = new JsonArrayReader(file, listField, default);
        while (rows.Read() is { } row)
        {
            if (row.Problem is { } problem)
            {
                _file.Dispose();
                throw new DataException($"{row.Origin}, in '{listField}': {problem.Message}.", problem);
            }

            _offsets.Add(row.Start.Offset);
            _lengths.Add(row.Content.Length);
        }
    }

    /// <summary>The text at a place.</summary>
    /// <param name="place">From 0.</param>
    /// <param name="name">What messages call the place.</param>
    /// <exception cref="RowException">There is none, or it is no text.</exception>
    public string Find(long place, string name)
    {
        if (place < 0 || place >= _offsets.Count)
        {
            throw new RowException($"{name} names none of the texts", $"{place} of {_offsets.Count}");
        }

        var content = new byte[_lengths[(int)place]];
        _file.Position = _offsets[(int)place];
        _file.ReadExactly(content);
        using var document = JsonDocument.Parse(content);
        return RowFields.AsText(document.RootElement, $"what {name} names");
    }

    public void Dispose() => _file.Dispose();
}
