using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>An image and a phrase that means one object, then its box; the marks around both are the reference's.</summary>
internal static class ReferTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var scene = composer.Scene(1 + random.Weighted(5, 35, 35, 25));
        var target = random.Next(scene.Objects.Count);

        // Places differ, so there is always a phrase.
        var phrase = Phrases.The(random, ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All)!);
        var box = ObjectBounds.Of(scene.Objects[target]);
        return new Draft([Draft.Read(scene), .. Turn(phrase, box)], new ReferTruth(scene, target, box));
    }

    /// <summary>A phrase and its box.</summary>
    public static SamplePiece[] Turn(string phrase, Box box) => [Draft.Read($"<ref>{phrase}</ref>"), Draft.Learn($"<box>{box}</box>")];
}
