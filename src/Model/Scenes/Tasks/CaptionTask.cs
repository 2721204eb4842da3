using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>An image, then its whole caption.</summary>
internal static class CaptionTask
{
    public static Draft Make(SceneComposer composer)
    {
        var scene = composer.Scene();
        return new Draft([Draft.Read(scene), Draft.Learn(CaptionWriter.Full(composer.Random, scene))], new CaptionTruth(scene));
    }
}
