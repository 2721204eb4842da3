namespace MmiGrains.Model.Scenes.Reading;

/// <summary>All of an object but its colour.</summary>
internal readonly record struct Looks(Pose Pose, ObjectFill Fill, ObjectMark Mark)
{
    /// <summary>Where its pattern lies, in quarter pixels from where it should.</summary>
    public (int X, int Y) PatternShift { get; init; }

    /// <summary>Where its mark lies, in quarter pixels from where it should.</summary>
    public (int X, int Y) MarkShift { get; init; }

    /// <summary>The sum of squared distances between its drawing and the picture.</summary>
    public double Difference { get; init; }

    /// <summary>The difference, and what having a fill and a mark costs.</summary>
    public double Cost { get; init; }
}
