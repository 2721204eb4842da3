using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// Three to five rounds of text and image about one character. The first text gives its name and at most its shape, no text its
/// colour, fill or mark; so later images can only agree with the first by looking at it. The first image is trained too, as one
/// that a text leaves nearly free.
/// </summary>
internal static class StoryTask
{
    private static readonly EditKind[] Kinds = [EditKind.Move, EditKind.Resize, EditKind.Add, EditKind.Remove, EditKind.Background];

    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var name = StoryWriter.Name(random);
        var scene = new Scene(composer.Background(), [composer.Object([])]);
        var scenes = new List<Scene> { scene };
        var events = new List<SceneEdit>();
        var pieces = new List<SamplePiece> { Draft.Read(StoryWriter.Opening(random, name, scene.Objects[0].Shape)), Draft.Learn(scene) };
        for (var rounds = random.Between(3, 5); scenes.Count < rounds;)
        {
            var (edit, next) = Continue(composer, scene);
            pieces.Add(Draft.Learn(StoryWriter.Event(random, name, scene, next, edit)));
            pieces.Add(Draft.Learn(next));
            events.Add(edit);
            scenes.Add(next);
            scene = next;
        }

        return new Draft(pieces, new StoryTruth(scenes, name, events));
    }

    private static (SceneEdit Edit, Scene Next) Continue(SceneComposer composer, Scene scene)
    {
        var random = composer.Random;
        while (true)
        {
            var kind = Kinds[random.Weighted(35, 20, 20, 10, 15)];
            int? target = kind switch
            {
                EditKind.Move or EditKind.Resize => 0,
                EditKind.Remove when scene.Objects.Count > 1 => random.Between(1, scene.Objects.Count - 1),
                _ => null,
            };
            if ((kind == EditKind.Remove && target is null) || SceneEditing.Change(composer, scene, kind, target) is not { } next)
            {
                continue;
            }

            var edit = new SceneEdit(kind, target);
            if (kind == EditKind.Add)
            {
                var named = CaptionWriter.Some(random, next.Objects[^1], likelihood: 40);
                edit = edit with { Named = named with { Colour = next.Objects[^1].Colour } };
            }

            return (edit, next);
        }
    }
}
