namespace MmiGrains.Documents.Html;

/// <summary>A file of HTML: figures are put into its source, which stays as it is.</summary>
internal sealed class HtmlDocument : Document
{
    private readonly SourceText _source;
    private readonly int[] _ends;

    public HtmlDocument(byte[] bytes, bool isXml) : base(DocumentKind.Html)
    {
        _source = SourceText.Read(bytes);
        var begin = _source.Begin;
        var found = HtmlBlocks.Read(_source.Text[begin..], isXml);
        Blocks = [.. found.Select(one => one.Block)];
        _ends = [.. found.Select(one => one.End + begin)];
    }

    /// <inheritdoc/>
    public override byte[] Insert(IReadOnlyList<PlacedPicture> pictures) => _source.Insert(Pieces(pictures, picture => picture.Address));

    /// <inheritdoc/>
    public override string ToPage(IReadOnlyList<PlacedPicture> pictures) => _source.InsertText(Pieces(pictures, picture => picture.DataAddress))[_source.Begin..];

    private IEnumerable<(int, string)> Pieces(IEnumerable<PlacedPicture> pictures, Func<PlacedPicture, string> address) =>
        pictures.Select(picture => (_ends.Length == 0 ? _source.Text.Length : _ends[PlaceOf(picture)], _source.NewLine + FigureMarkup.Of(picture, address(picture))));
}
