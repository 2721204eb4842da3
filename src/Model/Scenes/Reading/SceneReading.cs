namespace MmiGrains.Model.Scenes.Reading;

/// <summary>What a picture shows.</summary>
/// <param name="Background">What objects lie on; null where the picture shows no background of this world, and so nothing else either.</param>
/// <param name="Objects">What was recognized, from the top left to the bottom right.</param>
/// <param name="UnreadableCount">Things on the background that are no object of this world.</param>
public sealed record SceneReading(Background? Background, IReadOnlyList<ReadObject> Objects, int UnreadableCount)
{
    /// <summary>A picture that is none of this world.</summary>
    public static readonly SceneReading Unreadable = new(null, [], 0);

    /// <summary>Whether all of the picture was recognized.</summary>
    public bool IsWhole => Background is not null && UnreadableCount == 0;
}
