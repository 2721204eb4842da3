using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>Two to four images with short captions, all before or all behind their images; sometimes a heading says what they share.</summary>
internal static class DocumentTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var theme = random.Chance(50) ? Theme(random) : new ObjectDescription();
        var isImageFirst = random.Chance(50);
        var pieces = new List<SamplePiece>();
        if (theme.Named != 0)
        {
            pieces.Add(Draft.Learn($"{random.Pick("", "some ", "pictures of ", "all about ")}{Phrases.Several(random, theme)}."));
        }

        var scenes = Enumerable.Range(0, random.Between(2, 4)).Select(_ => Themed(composer, theme)).ToList();
        foreach (var scene in scenes)
        {
            var (image, caption) = (Draft.Learn(scene), Draft.Learn(CaptionWriter.Short(random, scene)));
            pieces.AddRange(isImageFirst ? [image, caption] : [caption, image]);
        }

        return new Draft(Joined(pieces), new DocumentTruth(scenes));
    }

    private static ObjectDescription Theme(SceneRandom random) => random.Weighted(60, 25, 15) switch
    {
        0 => new ObjectDescription { Shape = random.Any<ObjectShape>() },
        1 => new ObjectDescription { Colour = random.Any<ObjectColour>() },
        _ => new ObjectDescription { Fill = random.Any<ObjectFill>() },
    };

    private static Scene Themed(SceneComposer composer, ObjectDescription theme)
    {
        var items = new List<SceneObject> { composer.Object([], theme.Apply) };
        for (var more = composer.Random.Weighted(50, 35, 15); more > 0; more--)
        {
            items.Add(composer.Object(items));
        }

        return new Scene(composer.Background(), items);
    }

    // Two runs of text in a row are one.
    private static List<SamplePiece> Joined(List<SamplePiece> pieces)
    {
        if (pieces is [TextPiece heading, TextPiece caption, ..])
        {
            pieces[1] = Draft.Learn($"{heading.Text} {caption.Text}");
            pieces.RemoveAt(0);
        }

        return pieces;
    }
}
