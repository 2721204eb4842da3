using MmiGrains.Model.Data;

namespace MmiGrains.Model.Scenes;

/// <summary>What lies in each cell of a scene: the object that covers the cell's middle, its looks, or no object.</summary>
internal static class SceneLabels
{
    /// <summary>The fields of side x side cells. Looks are known where there is an object; the background's kind, where there is none.</summary>
    public static IReadOnlyList<LabelField> Of(Scene scene, int side)
    {
        var cells = new SceneObject?[side * side];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            cells[cell] = At(scene, ((cell % side) + 0.5) * ObjectLayout.Side / side, ((cell / side) + 0.5) * ObjectLayout.Side / side);
        }

        return
        [
            Field<ObjectShape>("shape", item => 1 + (int)item.Shape, elsewhere: 0, more: 1),
            Field<ObjectColour>("colour", item => (int)item.Colour),
            Field<ObjectSize>("size", item => (int)item.Size),
            Field<ObjectFill>("fill", item => (int)item.Fill),
            Field<ObjectMark>("mark", item => (int)item.Mark),
            Field<BackgroundColour>("background", _ => LabelField.Unknown, elsewhere: (int)scene.Background.First),
        ];

        LabelField Field<T>(string name, Func<SceneObject, int> value, int elsewhere = LabelField.Unknown, int more = 0) where T : struct, Enum =>
            new(name, Enum.GetValues<T>().Length + more, [.. cells.Select(item => item is null ? elsewhere : value(item))]);
    }

    private static SceneObject? At(Scene scene, double x, double y) => scene.Objects.FirstOrDefault(item =>
    {
        var (middleX, middleY) = ObjectLayout.Centre(item);
        var (right, down, radius) = (x - middleX, y - middleY, ObjectLayout.Radius(item.Size));
        return (right * right) + (down * down) <= radius * radius;
    });
}
