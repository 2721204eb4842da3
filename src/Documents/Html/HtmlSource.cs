using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace MmiGrains.Documents.Html;

/// <summary>A file of HTML as tags, texts and comments, each with its place in the source.</summary>
internal static class HtmlSource
{
    /// <summary>A token and its place.</summary>
    /// <param name="Type">Tag, text or comment.</param>
    /// <param name="Name">Of a tag, in lower case; else what it says.</param>
    /// <param name="Begin">Index of its first character.</param>
    /// <param name="End">Index after its last.</param>
    /// <param name="IsClosed">Of a tag whether it has an end of its own.</param>
    public sealed record Token(HtmlTokenType Type, string Name, int Begin, int End, bool IsClosed);

    /// <summary>All of them, in order.</summary>
    /// <param name="text">The source.</param>
    /// <param name="isXml">Whether a tag that ends itself has no content, whatever it is called.</param>
    public static IReadOnlyList<Token> Read(string text, bool isXml)
    {
        var tokens = new List<Token>();
        using var source = new TextSource(text);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { IsAcceptingCharacterData = isXml };
        tokenizer.OnToken = (token, range) => tokens.Add(Of(token, range, isXml));
        HtmlToken last;
        do
        {
            last = tokenizer.Get();
            if (last.Type == HtmlTokenType.StartTag && !(isXml && last.AsTag().IsSelfClosing))
            {
                tokenizer.State = last.Name switch
                {
                    "script" => HtmlParseMode.Script,
                    "style" or "xmp" or "iframe" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
                    "title" or "textarea" => HtmlParseMode.RCData,
                    "plaintext" => HtmlParseMode.Plaintext,
                    _ => tokenizer.State,
                };
            }
        }
        while (last.Type != HtmlTokenType.EndOfFile);
        return tokens;
    }

    private static Token Of(HtmlToken token, TextRange range, bool isXml)
    {
        var isTag = token.Type is HtmlTokenType.StartTag or HtmlTokenType.EndTag;
        var isClosed = token.Type == HtmlTokenType.StartTag && (HtmlTags.Voids.Contains(token.Name) || (isXml && token.AsTag().IsSelfClosing));
        return new Token(token.Type, isTag ? token.Name : token.Data ?? "", range.Start.Index, range.End.Index, isClosed);
    }
}
