using System.Text.Json;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// Finds the elements of large JSON lists by their number: numbers and places are in memory, some 40 bytes each, and an element is
/// read when it is asked for.
/// </summary>
internal sealed class RowIndex : IDisposable
{
    private readonly List<FileStream> _files = [];
    private readonly Dictionary<long, (int File, int Length, long Offset)> _places = [];

    /// <summary>Goes through lists once.</summary>
    /// <param name="files">JSON files.</param>
    /// <param name="listField">The field of each that holds the list.</param>
    /// <param name="key">The field of an element that holds its number; of equal ones the first counts.</param>
    /// <exception cref="DataException">A list is not sound, or an element has no number.</exception>
    public RowIndex(IReadOnlyList<string> files, string listField, string key)
    {
        foreach (var file in files)
        {
            _files.Add(LineReader.OpenAt(file, 0));
            using var rows = new JsonArrayReader(file, listField, default);
            while (rows.Read() is { } row)
            {
                try
                {
                    var number = row.Problem is { } problem ? throw problem : RowFields.Parse(row.Content).Integer(key);
                    _places.TryAdd(number, (_files.Count - 1, row.Content.Length, row.Start.Offset));
                }
                catch (Exception e) when (e is RowException or JsonException)
                {
                    throw new DataException($"{row.Origin}, an element of '{listField}': {e.Message}.", e);
                }
            }
        }
    }

    /// <summary>The element of a number, null where there is none.</summary>
    public RowFields? Find(long number)
    {
        if (!_places.TryGetValue(number, out var place))
        {
            return null;
        }

        var content = new byte[place.Length];
        _files[place.File].Position = place.Offset;
        _files[place.File].ReadExactly(content);
        return RowFields.Parse(content);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
