namespace MmiGrains.Documents;

/// <summary>A piece of a document after which a picture may stand.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Level">Of a heading, from 1; else 0.</param>
/// <param name="Text">Its text without markup, on one line; of a heading its words.</param>
public sealed record DocumentBlock(int Number, BlockKind Kind, int Level, string Text)
{
    /// <summary>What the comments in it ask to be shown; empty texts leave that to the document.</summary>
    public IReadOnlyList<string> Markers { get; init; } = [];

    /// <summary>Whether a picture may follow it: not in the middle of a table, and not where the source was never closed.</summary>
    public bool MayBeFollowed { get; init; } = true;

    /// <summary>The file of a book that it is in, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Words of its text.</summary>
    public int WordCount => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
