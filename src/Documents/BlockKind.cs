namespace MmiGrains.Documents;

/// <summary>What a block is, as far as illustrating it matters.</summary>
public enum BlockKind
{
    /// <summary>A heading; it begins a section.</summary>
    Heading,

    /// <summary>Text that is read one after the other: a paragraph, a list, a quotation.</summary>
    Prose,

    /// <summary>Nothing but a comment that asks for a picture.</summary>
    Marker,

    /// <summary>A table, code, a picture: kept, and not told to the model.</summary>
    Other,
}
