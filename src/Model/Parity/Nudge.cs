namespace MmiGrains.Model.Parity;

/// <summary>How far samples are moved, in pixels.</summary>
internal readonly record struct Nudge(float X, float Y)
{
    private const float Aside = 8e-6f; // two rounding steps of a coordinate near 64

    /// <summary>Not at all, then to each side.</summary>
    public static IReadOnlyList<Nudge> All { get; } = [new(0, 0), new(Aside, Aside), new(-Aside, -Aside), new(Aside, -Aside), new(-Aside, Aside)];
}
