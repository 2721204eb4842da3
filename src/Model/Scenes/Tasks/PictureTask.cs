using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>A text about one to three objects, then an image of them. What the text does not say is as it happens.</summary>
internal static class PictureTask
{
    private const int Likelihood = 60;

    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var scene = composer.Scene(1 + random.Weighted(50, 35, 15));
        var named = scene.Objects.Select(item => CaptionWriter.Some(random, item, Likelihood)).ToList();
        var background = random.Chance(50) ? scene.Background : null;
        var things = Phrases.List([.. named.Select(item => Phrases.Some(random, item))]);
        var opening = random.Pick("", "", "draw ", "paint ", "show ", "a picture of ", "please draw ", "please paint ");
        var text = background is null
            ? $"{opening}{things}."
            : random.Pick($"{opening}{things} on {Phrases.Some(random, background)}.", $"{opening}{things}. {Phrases.Sentence(random, background)}.");
        return new Draft([Draft.Read(text), Draft.Learn(scene)], new PictureTruth([scene], named, background));
    }
}
