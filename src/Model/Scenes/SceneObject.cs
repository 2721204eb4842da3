namespace MmiGrains.Model.Scenes;

/// <summary>One object of a <see cref="Scene"/>.</summary>
/// <param name="Shape">What it is.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Size">Its size.</param>
/// <param name="Fill">What covers it.</param>
/// <param name="Place">The cell it lies in.</param>
/// <param name="Mark">The mark inside it.</param>
public sealed record SceneObject(
    ObjectShape Shape, ObjectColour Colour, ObjectSize Size, ObjectFill Fill, Place Place, ObjectMark Mark = ObjectMark.None)
{
    /// <summary>How far right of the middle of its cell it lies, in 256ths of the scene's side; at most <see cref="ObjectLayout.MaxShift"/>.</summary>
    public int ShiftX { get; init; }

    /// <summary>How far below the middle of its cell it lies, in 256ths of the scene's side.</summary>
    public int ShiftY { get; init; }

    /// <summary>How far it is turned clockwise, in degrees; one of <see cref="ObjectLayout.Turns"/>.</summary>
    public int Turn { get; init; }

    /// <summary>The object in another size, shifted no more than that size may be.</summary>
    public SceneObject Resized(ObjectSize size)
    {
        var most = ObjectLayout.MaxShift(size);
        return this with { Size = size, ShiftX = Math.Clamp(ShiftX, -most, most), ShiftY = Math.Clamp(ShiftY, -most, most) };
    }
}
