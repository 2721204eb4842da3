namespace MmiGrains.Grains.Training;

/// <summary>A point of a run.</summary>
/// <param name="Stage">Index of the stage.</param>
/// <param name="Step">Steps made in it.</param>
internal readonly record struct StagePoint(int Stage, long Step) : IComparable<StagePoint>
{
    /// <summary>Whether the left one is the earlier.</summary>
    public static bool operator <(StagePoint left, StagePoint right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one is the later.</summary>
    public static bool operator >(StagePoint left, StagePoint right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public int CompareTo(StagePoint other) => (Stage, Step).CompareTo((other.Stage, other.Step));

    /// <summary>Whether what is to be done every so many steps is due at a point, this being the last one where it was done.</summary>
    /// <param name="now">The point.</param>
    /// <param name="every">Steps; 0 for never.</param>
    public bool IsDue(StagePoint now, int every) => every > 0 && now > this && now.Step / every > (now.Stage == Stage ? Step / every : 0);
}
