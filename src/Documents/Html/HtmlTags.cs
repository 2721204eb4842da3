using System.Collections.Frozen;

namespace MmiGrains.Documents.Html;

/// <summary>What elements of HTML are to a reader of blocks.</summary>
internal static class HtmlTags
{
    /// <summary>Hold blocks, between which a figure may stand.</summary>
    public static readonly FrozenSet<string> Containers = FrozenSet.Create("html", "body", "div", "section", "article", "main", "header", "center", "hgroup");

    /// <summary>Blocks that stay whole.</summary>
    public static readonly FrozenSet<string> Leaves = FrozenSet.Create(
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "menu", "table", "pre", "blockquote", "figure", "hr", "address", "details", "fieldset", "video", "audio",
        "iframe", "canvas", "object", "listing", "xmp", "nav", "aside", "footer", "form", "search", "dialog");

    /// <summary>Have nothing to read, or nothing that is shown.</summary>
    public static readonly FrozenSet<string> Silent = FrozenSet.Create("head", "script", "style", "title", "template", "noscript", "svg", "math", "textarea", "select", "noembed", "noframes");

    /// <summary>Have no end.</summary>
    public static readonly FrozenSet<string> Voids = FrozenSet.Create("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr");

    /// <summary>End a word.</summary>
    public static readonly FrozenSet<string> Breaks = FrozenSet.Create("br", "li", "td", "th", "tr", "p", "div", "dd", "dt", "caption", "figcaption", "blockquote", "ul", "ol");

    /// <summary>Whose text is told to the model.</summary>
    public static readonly FrozenSet<string> Prose = FrozenSet.Create("", "p", "ul", "ol", "dl", "menu", "blockquote", "address", "details");

    /// <summary>End where another block begins.</summary>
    public static bool EndsByItself(string leaf) => leaf is "" or "p" or ['h', >= '1' and <= '6'];
}
