using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// A text that says all about the objects, then their image; only shifts and turns are left to chance. One half says nothing of the background: it is
/// most of a picture, and a model that hears of it each time is long in listening for anything else.
/// </summary>
internal static class DepictionTask
{
    public static Draft Make(SceneComposer composer)
    {
        var scene = composer.Scene();
        var saysBackground = composer.Random.Chance(50);
        var text = saysBackground ? CaptionWriter.Full(composer.Random, scene) : CaptionWriter.Objects(composer.Random, scene);
        return new Draft(
            [Draft.Read(text), Draft.Learn(scene)],
            new PictureTruth([scene], [.. scene.Objects.Select(CaptionWriter.Whole)], saysBackground ? scene.Background : null));
    }
}
