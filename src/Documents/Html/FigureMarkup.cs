using System.Globalization;

namespace MmiGrains.Documents.Html;

/// <summary>A picture as HTML that XHTML takes too.</summary>
internal static class FigureMarkup
{
    /// <summary>The markup.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="isOld">Whether only XHTML 1.1 is known, which has no figures.</param>
    public static string Of(PlacedPicture picture, string address, bool isOld = false)
    {
        var image = string.Create(
            CultureInfo.InvariantCulture,
            $"<img src=\"{Encode(address)}\" alt=\"{Encode(picture.Alt)}\" width=\"{picture.Width}\" height=\"{picture.Height}\" />");
        var (figure, caption) = isOld ? ("div class=\"figure\"", "p") : ("figure", "figcaption");
        var below = picture.Caption.Length == 0 ? "" : $"<{caption}>{Encode(picture.Caption)}</{caption}>";
        return $"<{figure} id=\"illustration-{Encode(picture.Id)}\">{image}{below}</{figure.Split(' ')[0]}>";
    }

    // As XML wants it; characters beyond ASCII stay as they are.
    private static string Encode(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;");

}
