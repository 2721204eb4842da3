namespace MmiGrains.Model.Data.Rows;

/// <summary>The sound rows of files by their number, in the order of the files: places are in memory, and a row is read when it is asked for.</summary>
internal sealed class RowPlaces
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<string, RowPosition, IRowReader> _open;
    private readonly List<(int File, RowPosition Before)> _places = [];
    private readonly Dictionary<(string File, RowPosition Start), int> _numbers = [];

    /// <summary>Goes through files once.</summary>
    /// <param name="files">The files.</param>
    /// <param name="open">Opens one at a position.</param>
    public RowPlaces(IReadOnlyList<string> files, Func<string, RowPosition, IRowReader> open)
    {
        (_files, _open) = (files, open);
        for (var i = 0; i < files.Count; i++)
        {
            using var reader = open(files[i], default);
            while (true)
            {
                var before = reader.Position;
                if (reader.Read() is not { } row)
                {
                    break;
                }

                if (row.Problem is null)
                {
                    _numbers.TryAdd((files[i], row.Start), _places.Count);
                    _places.Add((i, before));
                }
            }
        }
    }

    /// <summary>Rows that there are.</summary>
    public int Count => _places.Count;

    /// <summary>The row of a number.</summary>
    public Row Read(int number)
    {
        var (file, before) = _places[number];
        using var reader = _open(_files[file], before);
        return reader.Read() ?? throw new DataException($"'{_files[file]}' has changed: row {number} is gone.");
    }

    /// <summary>A row's number; null for one of other files.</summary>
    public int? NumberOf(Row row) => _numbers.TryGetValue((row.File, row.Start), out var number) ? number : null;
}
