using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>A class map and a text with colours, fills and marks, then the image. Shapes, sizes and places are the map's.</summary>
internal static class SegmentTask
{
    private const ObjectAttributes OnTheMap = ObjectAttributes.Shape | ObjectAttributes.Size | ObjectAttributes.Place;

    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var scene = composer.Scene();
        var parts = new List<string>();
        var named = new List<ObjectDescription>();
        for (var i = 0; i < scene.Objects.Count; i++)
        {
            var item = scene.Objects[i];
            var mark = item.Mark == ObjectMark.None ? (ObjectMark?)null : item.Mark;
            var detail = mark is { } some ? $" with a black {Words.Of(some)}" : "";
            var reference = Phrases.The(random, ObjectDescription.Unambiguous(random, scene, i, OnTheMap)!);
            var (fill, colour) = (Words.Of(item.Fill), Words.Of(item.Colour));
            parts.Add($"{reference} is {random.Pick($"{fill} {colour}", $"{colour} and {fill}")}{detail}");
            named.Add(ObjectDescription.Of(item) with { Mark = mark });
        }

        var background = random.Chance(70) ? scene.Background : null;
        var ending = background is null ? "" : $", {Phrases.Sentence(random, background)}";
        var text = random.Pick("", "", "paint this: ", "colour the map: ") + string.Join(", ", parts) + ending + ".";
        var map = new ImagePiece(new SceneImage(scene, IsClassMap: true), IsTrained: false);
        return new Draft([map, Draft.Read(text), Draft.Learn(scene)], new PictureTruth([scene, scene], named, background));
    }
}
