using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Scenes;

/// <summary>
/// What lies in each cell of a scene: the object that covers the cell's middle, or else has its own middle there, its looks, or no object. And in all alike how
/// many objects the scene holds: where a text leaves a place open, every cell that it may be is half sure of it, and the cells do not say that it is one.
/// </summary>
internal static class SceneLabels
{
    /// <summary>The fields of all cells. Looks are known where there is an object; the background's kind and its colours, where there is none.</summary>
    public static IReadOnlyList<LabelField> Of(Scene scene, TokenGrid grid)
    {
        var cells = Enumerable.Range(0, grid.Count).Select(cell => In(scene, grid, cell / grid.Columns, cell % grid.Columns)).ToArray();

        return
        [
            Field<ObjectShape>("shape", item => 1 + (int)item.Shape, elsewhere: 0, more: 1),
            Field<ObjectColour>("colour", item => (int)item.Colour),
            Field<ObjectSize>("size", item => (int)item.Size),
            Field<ObjectFill>("fill", item => (int)item.Fill),
            Field<ObjectMark>("mark", item => (int)item.Mark),
            Field<BackgroundColour>("background", _ => LabelField.Unknown, elsewhere: (int)scene.Background.First),
            Field<BackgroundKind>("background_kind", _ => LabelField.Unknown, elsewhere: (int)scene.Background.Kind),
            Field<BackgroundColour>("second_background", _ => LabelField.Unknown, elsewhere: (int?)scene.Background.Second ?? LabelField.Unknown),
            new LabelField("objects", SceneLimits.MostObjects + 1, [.. cells.Select(_ => scene.Objects.Count)]),
        ];

        LabelField Field<T>(string name, Func<SceneObject, int> value, int elsewhere = LabelField.Unknown, int more = 0) where T : struct, Enum =>
            new(name, Enum.GetValues<T>().Length + more, [.. cells.Select(item => item is null ? elsewhere : value(item))]);
    }

    private static SceneObject? In(Scene scene, TokenGrid grid, int row, int column)
    {
        var (width, height) = ((double)ObjectLayout.Side / grid.Columns, (double)ObjectLayout.Side / grid.Rows);
        return scene.Objects.FirstOrDefault(Covers) ?? scene.Objects.FirstOrDefault(Lies);

        bool Covers(SceneObject item)
        {
            var ((x, y), radius) = (ObjectLayout.Centre(item), ObjectLayout.Radius(item.Size));
            var (right, down) = (((column + 0.5) * width) - x, ((row + 0.5) * height) - y);
            return (right * right) + (down * down) <= radius * radius;
        }

        bool Lies(SceneObject item) => ObjectLayout.Centre(item) is var (x, y) && (int)(x / width) == column && (int)(y / height) == row;
    }
}
