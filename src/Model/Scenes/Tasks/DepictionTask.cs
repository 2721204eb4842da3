using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>A whole caption, then its image: the caption task the other way round. Only shifts and turns are left to chance.</summary>
internal static class DepictionTask
{
    public static Draft Make(SceneComposer composer)
    {
        var scene = composer.Scene();
        var text = CaptionWriter.Full(composer.Random, scene);
        return new Draft(
            [Draft.Read(text), Draft.Learn(scene)], new PictureTruth([scene], [.. scene.Objects.Select(CaptionWriter.Whole)], scene.Background));
    }
}
