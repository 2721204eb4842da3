using System.Text;
using AngleSharp.Html.Parser;

namespace MmiGrains.Documents.Html;

/// <summary>
/// Finds the blocks of HTML, and where each ends in the source: as a browser would, as far as it matters, so that broken markup has blocks too. One reads one
/// file.
/// </summary>
internal sealed class HtmlBlocks
{
    private readonly List<(DocumentBlock Block, int End)> _blocks = [];
    private readonly List<string> _containers = [];
    private readonly StringBuilder _text = new();
    private readonly List<string> _markers = [];
    private readonly int _part;
    private string? _leaf; // the block that is open: its element's name, empty for text without one
    private int _depth;
    private string? _silent;
    private int _silentDepth;
    private int _contentEnd;

    private HtmlBlocks(int part) => _part = part;

    /// <summary>The blocks of a source.</summary>
    /// <param name="text">The source.</param>
    /// <param name="isXml">Whether it is XHTML.</param>
    /// <param name="first">Number of the first block.</param>
    /// <param name="part">The file of a book that it is.</param>
    /// <returns>Each with the index after it.</returns>
    public static IReadOnlyList<(DocumentBlock Block, int End)> Read(string text, bool isXml, int first = 0, int part = 0)
    {
        var reader = new HtmlBlocks(part);
        foreach (var token in HtmlSource.Read(text, isXml))
        {
            reader.Take(token, text.Length);
        }

        return [.. reader._blocks.Select((found, i) => (found.Block with { Number = first + i }, found.End))];
    }

    private void Take(HtmlSource.Token token, int length)
    {
        switch (token.Type)
        {
            case HtmlTokenType.EndOfFile:
                Close(Math.Min(_leaf is { } leaf && HtmlTags.EndsByItself(leaf) ? _contentEnd : length, length), isWhole: _leaf is not null && HtmlTags.EndsByItself(_leaf));
                break;
            case HtmlTokenType.StartTag when _silent is not null:
                _silentDepth += token.Name == _silent && !token.IsClosed ? 1 : 0;
                break;
            case HtmlTokenType.EndTag when _silent is not null:
                _silentDepth -= token.Name == _silent ? 1 : 0;
                _silent = _silentDepth == 0 ? null : _silent;
                _contentEnd = token.End;
                break;
            case HtmlTokenType.StartTag:
                Begin(token);
                break;
            case HtmlTokenType.EndTag:
                End(token);
                break;
            case HtmlTokenType.Comment when _silent is null && Markers.OfComment(token.Name) is { } asked:
                Mark(asked, token);
                break;
            case HtmlTokenType.Character when _silent is null:
                Say(token);
                break;
        }
    }

    private void Begin(HtmlSource.Token tag)
    {
        var (isContainer, isLeaf) = (HtmlTags.Containers.Contains(tag.Name), HtmlTags.Leaves.Contains(tag.Name));
        if (_leaf is { } open && HtmlTags.EndsByItself(open) && (isContainer || isLeaf))
        {
            Close(_contentEnd);
        }

        if (HtmlTags.Silent.Contains(tag.Name) && !tag.IsClosed)
        {
            (_silent, _silentDepth) = (tag.Name, 1);
        }
        else if (_leaf is not null)
        {
            _depth += tag.Name == _leaf && !tag.IsClosed ? 1 : 0;
            _text.Append(HtmlTags.Breaks.Contains(tag.Name) ? " " : "");
            _contentEnd = tag.End;
        }
        else if (isContainer)
        {
            if (!tag.IsClosed)
            {
                _containers.Add(tag.Name);
            }
        }
        else if (isLeaf)
        {
            (_leaf, _depth, _contentEnd) = (tag.Name, 1, tag.End);
            if (tag.IsClosed)
            {
                Close(tag.End);
            }
        }
        else if (tag.Name is not ("meta" or "link" or "base"))
        {
            (_leaf, _depth, _contentEnd) = ("", 0, tag.End);
        }
    }

    private void End(HtmlSource.Token tag)
    {
        if (_leaf is { Length: > 0 } open && tag.Name == open)
        {
            _contentEnd = tag.End;
            if (--_depth == 0)
            {
                Close(tag.End);
            }

            return;
        }

        var container = _containers.LastIndexOf(tag.Name);
        if (container >= 0)
        {
            if (_leaf is not null && _leaf != "table")
            {
                Close(HtmlTags.EndsByItself(_leaf) ? _contentEnd : tag.End); // within it nothing could follow a list that is still open
            }

            if (_leaf is null)
            {
                _containers.RemoveRange(container, _containers.Count - container);
            }
        }
        else if (_leaf is not null)
        {
            _text.Append(HtmlTags.Breaks.Contains(tag.Name) ? " " : "");
            _contentEnd = tag.End;
        }
    }

    private void Say(HtmlSource.Token characters)
    {
        if (_leaf is null)
        {
            if (string.IsNullOrWhiteSpace(characters.Name))
            {
                return;
            }

            (_leaf, _depth) = ("", 0);
        }

        _text.Append(characters.Name);
        if (!string.IsNullOrWhiteSpace(characters.Name))
        {
            _contentEnd = characters.End;
        }
    }

    private void Mark(string asked, HtmlSource.Token comment)
    {
        if (_leaf is not null)
        {
            _markers.Add(asked);
            _contentEnd = comment.End;
            return;
        }

        _blocks.Add((new DocumentBlock(0, BlockKind.Marker, 0, "") { Markers = [asked], Part = _part }, comment.End));
    }

    private void Close(int end, bool isWhole = true)
    {
        if (_leaf is not { } leaf)
        {
            return;
        }

        var level = leaf is ['h', >= '1' and <= '6'] ? leaf[1] - '0' : 0;
        var kind = level > 0 ? BlockKind.Heading : HtmlTags.Prose.Contains(leaf) ? BlockKind.Prose : BlockKind.Other;
        _blocks.Add((new DocumentBlock(0, kind, level, Words.OneLine(_text.ToString())) { Markers = [.. _markers], MayBeFollowed = isWhole, Part = _part }, end));
        _text.Clear();
        _markers.Clear();
        (_leaf, _depth) = (null, 0);
    }
}
