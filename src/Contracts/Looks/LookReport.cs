using MmiGrains.Contracts.Workers;

namespace MmiGrains.Contracts.Looks;

/// <summary>What the model looked at when it chose some tokens or painted a picture. All shares together are 1.</summary>
/// <param name="Images">The images that it could see, the oldest first.</param>
/// <param name="Nothing">The share of looking at no image.</param>
/// <param name="Outside">The share of points beyond an image's edge.</param>
/// <param name="Levels">Sides of the feature levels, the finest first; empty where no image was visible.</param>
[GenerateSerializer, Immutable, Alias("mmi.LookReport")]
public sealed record LookReport(
    [property: Id(0)] IReadOnlyList<ImageLook> Images, [property: Id(1)] float Nothing, [property: Id(2)] float Outside, [property: Id(3)] IReadOnlyList<int> Levels)
{
    /// <summary>The text of the tokens; empty for a picture.</summary>
    [Id(4)]
    public string Text { get; init; } = "";

    /// <summary>Index of the first of the tokens among those that were asked about.</summary>
    [Id(5)]
    public int FirstToken { get; init; }

    /// <summary>How many tokens.</summary>
    [Id(6)]
    public int TokenCount { get; init; }

    /// <summary>What the image that comes next is painted from; null where none does.</summary>
    [Id(7)]
    public ImagePrompt? Prompt { get; init; }
}
