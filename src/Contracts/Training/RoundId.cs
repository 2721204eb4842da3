namespace MmiGrains.Contracts.Training;

/// <summary>One try of one round. A later one makes all earlier ones void.</summary>
/// <param name="Epoch">Of the job's activation.</param>
/// <param name="Try">Counts the tries of that activation.</param>
[GenerateSerializer, Immutable, Alias("mmi.RoundId")]
public readonly record struct RoundId([property: Id(0)] long Epoch, [property: Id(1)] long Try) : IComparable<RoundId>
{
    /// <inheritdoc/>
    public int CompareTo(RoundId other) => (Epoch, Try).CompareTo((other.Epoch, other.Try));

    /// <summary>Whether the left one is the older.</summary>
    public static bool operator <(RoundId left, RoundId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one is the newer.</summary>
    public static bool operator >(RoundId left, RoundId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one is not the newer.</summary>
    public static bool operator <=(RoundId left, RoundId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one is not the older.</summary>
    public static bool operator >=(RoundId left, RoundId right) => left.CompareTo(right) >= 0;
}
