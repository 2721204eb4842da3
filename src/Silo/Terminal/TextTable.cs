namespace MmiGrains.Silo.Terminal;

/// <summary>Rows of text in columns as wide as their widest cell; a title that begins with '>' sets its column to the right. Without any title there is no line for them.</summary>
internal sealed class TextTable(params string[] titles)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [[.. titles.Select(title => title.TrimStart('>'))]];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Adds an empty line.</summary>
    public void AddGap() => _rows.Add([.. titles.Select(_ => "")]);

    public void Write(TextWriter output)
    {
        var widths = Enumerable.Range(0, titles.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in titles.All(string.IsNullOrEmpty) ? _rows.Skip(1) : _rows)
        {
            var cells = row.Select((cell, column) => titles[column].StartsWith('>') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }
}
