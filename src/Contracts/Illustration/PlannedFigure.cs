namespace MmiGrains.Contracts.Illustration;

/// <summary>A picture that a document is to get.</summary>
[GenerateSerializer, Immutable, Alias("mmi.PlannedFigure")]
public sealed record PlannedFigure
{
    /// <summary>Its name in the document, as fig-7.</summary>
    [Id(0)]
    public string Id { get; init; } = "";

    /// <summary>Number of the block that it comes after; blocks are counted from 0 as the document has them.</summary>
    [Id(1)]
    public int After { get; init; }

    /// <summary>How that block begins, for who reads the plan.</summary>
    [Id(2)]
    public string Near { get; init; } = "";

    /// <summary>The section that it is in, for who reads the plan.</summary>
    [Id(3)]
    public string Section { get; init; } = "";

    /// <summary>What it shows, as the model is told after the text before it; empty where that text says it all.</summary>
    [Id(4)]
    public string Shows { get; init; } = "";

    /// <summary>What readers see below it; empty for none.</summary>
    [Id(5)]
    public string Caption { get; init; } = "";

    /// <summary>What is read to who does not see it.</summary>
    [Id(6)]
    public string Alt { get; init; } = "";

    /// <summary>Names of earlier pictures that it must agree with.</summary>
    [Id(7)]
    public IReadOnlyList<string> AgreesWith { get; init; } = [];

    /// <summary>Seed of the first try.</summary>
    [Id(8)]
    public long Seed { get; init; }
}
