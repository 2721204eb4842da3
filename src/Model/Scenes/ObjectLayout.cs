namespace MmiGrains.Model.Scenes;

/// <summary>
/// Where objects lie, in 64ths of the scene's side, so that at side 64 the unit is a pixel. Sizes and shifts are such that every
/// object stays in its cell: two objects never overlap.
/// </summary>
public static class ObjectLayout
{
    /// <summary>Units along a side.</summary>
    public const double Side = 64;

    /// <summary>What <see cref="SceneObject.ShiftX"/> counts in.</summary>
    public const int ShiftsPerUnit = 4;

    private const int MaxShiftSmall = 14;
    private const int MaxShiftBig = 2;

    /// <summary>The turns that objects come in, degrees clockwise; small, so that a cross is never an x.</summary>
    public static readonly IReadOnlyList<int> Turns = [-16, -8, 0, 8, 16];

    /// <summary>About half the width of an object.</summary>
    public static double Radius(ObjectSize size) => size == ObjectSize.Big ? 9.25 : 6.5;

    /// <summary>The largest shift, either way, in 256ths of the side.</summary>
    public static int MaxShift(ObjectSize size) => size == ObjectSize.Big ? MaxShiftBig : MaxShiftSmall;

    /// <summary>The middle of an object.</summary>
    public static (double X, double Y) Centre(SceneObject item) =>
        (Middle(item.Place.Column()) + ((double)item.ShiftX / ShiftsPerUnit), Middle(item.Place.Row()) + ((double)item.ShiftY / ShiftsPerUnit));

    private static double Middle(int cell) => ((2 * cell) + 1) * Side / (2 * Places.PerSide);
}
