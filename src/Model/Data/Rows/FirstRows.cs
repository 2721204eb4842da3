using System.Text.Json;

namespace MmiGrains.Model.Data.Rows;

/// <summary>Which rows are the first with their value in a field, as the first caption of each image is.</summary>
internal sealed class FirstRows
{
    private readonly HashSet<(string File, RowPosition Start)> _places = [];

    /// <summary>Goes through files once.</summary>
    /// <param name="files">The files.</param>
    /// <param name="open">Opens one at a position.</param>
    /// <param name="field">The field; rows that lack it are no first ones.</param>
    public FirstRows(IReadOnlyList<string> files, Func<string, RowPosition, IRowReader> open, string field)
    {
        var seen = new HashSet<string>();
        foreach (var file in files)
        {
            using var rows = open(file, default);
            while (rows.Read() is { } row)
            {
                if (Value(row, field) is { } value && seen.Add(value))
                {
                    _places.Add((row.File, row.Start));
                }
            }
        }
    }

    /// <summary>Leaves out any other row.</summary>
    /// <exception cref="RowException">It is not the first.</exception>
    public void Require(Row row)
    {
        if (!_places.Contains((row.File, row.Start)))
        {
            throw new RowException("is not the first of its image") { IsByRule = true };
        }
    }

    // A row that is not sound says so when it is read for itself.
    private static string? Value(Row row, string field)
    {
        try
        {
            return row.Problem is null ? RowFields.Parse(row.Content).Identifier(field) : null;
        }
        catch (Exception problem) when (problem is RowException or JsonException)
        {
            return null;
        }
    }
}
