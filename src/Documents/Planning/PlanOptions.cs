namespace MmiGrains.Documents.Planning;

/// <summary>How a plan is made from a document.</summary>
public sealed record PlanOptions
{
    /// <summary>Where pictures go that no comment asks for.</summary>
    public Density Density { get; init; } = Density.Section;

    /// <summary>Words from one picture to the next, where they decide.</summary>
    public int Words { get; init; } = 300;

    /// <summary>Seed of the first picture; the others' follow.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>Where pictures go that no comment asks for.</summary>
public enum Density
{
    /// <summary>One in each chapter: the largest headings that there are several of, and the files of a book.</summary>
    Chapter,

    /// <summary>One in each section: between any two headings.</summary>
    Section,

    /// <summary>One every so many words.</summary>
    Words,

    /// <summary>Nowhere else.</summary>
    Markers,
}
