using System.Text;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MmiGrains.Documents.Markdown;

/// <summary>What a block of Markdown says, without its signs.</summary>
internal static class MarkdownText
{
    /// <summary>Its text on one line; a block of code or markup says nothing.</summary>
    public static string Of(Block block)
    {
        var text = new StringBuilder();
        foreach (var part in PartsOf(block))
        {
            switch (part)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline link:
                    text.Append(link.Url);
                    break;
                case LineBreakInline or ParagraphBlock or HeadingBlock or ListItemBlock or TableCell:
                    text.Append(' ');
                    break;
            }
        }

        return Words.OneLine(text.ToString());
    }

    /// <summary>A block and everything in it, in order.</summary>
    public static IEnumerable<MarkdownObject> PartsOf(MarkdownObject part) => (part switch
    {
        ContainerBlock blocks => blocks.SelectMany(PartsOf),
        LeafBlock { Inline: { } inlines } => PartsOf(inlines),
        ContainerInline inlines => inlines.SelectMany(PartsOf),
        _ => [],
    }).Prepend(part);

    /// <summary>What it is.</summary>
    public static BlockKind KindOf(Block block) => block switch
    {
        HeadingBlock => BlockKind.Heading,
        ParagraphBlock or ListBlock or QuoteBlock => BlockKind.Prose,
        _ => BlockKind.Other,
    };

    /// <summary>Whether it stands where it is written: definitions are gathered elsewhere.</summary>
    public static bool IsShown(Block block) => block is not (LinkReferenceDefinitionGroup or FootnoteGroup or LinkReferenceDefinition or BlankLineBlock) && block.Span.End >= block.Span.Start;
}
