namespace MmiGrains.Model.Text;

/// <summary>
/// A token that text can name but no merge can produce. <paramref name="TrimsNeighbours"/>: white space that touches it in
/// trusted text is dropped, which the reference does around the tokens it added and not around <c>&lt;s&gt;</c>,
/// <c>&lt;/s&gt;</c> and <c>&lt;unk&gt;</c>.
/// </summary>
internal sealed record SpecialToken(string Text, int Id, bool TrimsNeighbours);
