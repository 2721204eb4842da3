using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// A picture, given, drawn as asked or from a story, and two to five turns about the newest picture: questions, descriptions, changes, what
/// happens next, another story. An answer ends as a turn does. One picture teaches several answers.
/// </summary>
internal static class ConversationTask
{
    private const int MostImages = 4;

    private static readonly EditKind[] Events = [EditKind.Move, EditKind.Resize, EditKind.Add, EditKind.Background];

    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var talk = new Talk();
        switch (random.Weighted(65, 25, 10))
        {
            case 0:
                talk.Show(composer.Scene());
                break;
            case 1:
                var picture = PictureTask.Make(composer);
                talk.Ask(((TextPiece)picture.Pieces[0]).Text);
                talk.Paint(picture.Truth.Scenes[0]);
                break;
            default:
                Story(composer, talk);
                break;
        }

        for (var turns = random.Between(2, 5); turns > 0; turns--)
        {
            var free = MostImages - talk.Scenes.Count;
            switch (random.Weighted(60, 12, free > 0 ? 12 : 0, free > 0 ? 10 : 0, free > 1 ? 6 : 0))
            {
                case 0:
                    var answer = SceneQuestions.About(composer, talk.Scenes[^1]);
                    talk.Ask(answer.Question);
                    talk.Say(answer.Answer);
                    talk.Answers.Add(answer);
                    break;
                case 1:
                    talk.Ask(ConversationWriter.Describe(random));
                    talk.Say(CaptionWriter.Full(random, talk.Scenes[^1]));
                    break;
                case 2:
                    Edit(composer, talk);
                    break;
                case 3:
                    Next(composer, talk);
                    break;
                default:
                    Story(composer, talk);
                    break;
            }
        }

        return new Draft(talk.Pieces, new ConversationTruth(talk.Scenes, talk.Answers, talk.Edits));
    }

    private static void Edit(SceneComposer composer, Talk talk)
    {
        var random = composer.Random;
        var before = talk.Scenes[^1];
        var isKept = composer.Split == SceneSplit.Compositional; // combinations stay held out to the end
        var edit = new SceneEdit(EditKind.Background, null);
        var after = composer.Until(() =>
        {
            var kind = random.Any<EditKind>();
            edit = new SceneEdit(kind, kind is EditKind.Add or EditKind.Background ? null : random.Next(before.Objects.Count));
            return isKept && kind is (EditKind.Recolour or EditKind.Refill) ? null : SceneEditing.Change(composer, before, kind, edit.Target);
        });
        if (edit.Kind == EditKind.Add)
        {
            var item = after.Objects[^1];
            var mark = item.Mark == ObjectMark.None ? 0 : ObjectAttributes.Mark;
            edit = edit with { Named = ObjectDescription.Of(item, (ObjectAttributes.All & ~ObjectAttributes.Mark) | mark) };
        }

        talk.Ask(EditWriter.Instruction(random, before, after, edit));
        talk.Paint(after);
        talk.Edits.Add(new EditTruth(before, after, edit));
    }

    // The story's sentence, and its picture.
    private static void Next(SceneComposer composer, Talk talk)
    {
        var random = composer.Random;
        var (before, target) = (talk.Scenes[^1], random.Next(talk.Scenes[^1].Objects.Count));
        before = before with { Objects = [before.Objects[target], .. before.Objects.Where((_, i) => i != target)] };
        var who = Phrases.The(random, ObjectDescription.Unambiguous(random, before, 0, ObjectAttributes.All)!);
        var (edit, after) = Event(composer, before);
        talk.Ask(ConversationWriter.Next(random));
        talk.Say(StoryWriter.Event(random, who, before, after, edit), ends: false);
        talk.Paint(after);
    }

    private static void Story(SceneComposer composer, Talk talk)
    {
        var random = composer.Random;
        var name = StoryWriter.Name(random);
        var scene = new Scene(composer.Background(), [composer.Object([])]);
        talk.Ask(ConversationWriter.Story(random, name, scene.Objects[0].Shape));
        talk.Say(StoryWriter.Opening(random, name, scene.Objects[0].Shape), ends: false);
        talk.Paint(scene, ends: false);
        var (edit, next) = Event(composer, scene);
        talk.Say(StoryWriter.Event(random, name, scene, next, edit), ends: false);
        talk.Paint(next);
    }

    private static (SceneEdit Edit, Scene After) Event(SceneComposer composer, Scene before)
    {
        var edit = new SceneEdit(EditKind.Background, null);
        var after = composer.Until(() =>
        {
            var kind = composer.Random.PickFrom(Events);
            edit = new SceneEdit(kind, kind is EditKind.Move or EditKind.Resize ? 0 : null);
            return SceneEditing.Change(composer, before, kind, edit.Target);
        });
        if (edit.Kind == EditKind.Add)
        {
            var named = CaptionWriter.Some(composer.Random, after.Objects[^1], likelihood: 40);
            edit = edit with { Named = named with { Colour = after.Objects[^1].Colour } };
        }

        return (edit, after);
    }

    // The end of the last turn is the sample's own.
    private sealed class Talk
    {
        private bool _ended;

        public List<SamplePiece> Pieces { get; } = [];

        public List<Scene> Scenes { get; } = [];

        public List<AnswerTruth> Answers { get; } = [];

        public List<EditTruth> Edits { get; } = [];

        public void Show(Scene scene) => Add(Draft.Read(scene), scene, ends: false);

        public void Ask(string text) => Add(Draft.Read(text), null, ends: false);

        public void Say(string text, bool ends = true) => Add(Draft.Learn(text), null, ends);

        public void Paint(Scene scene, bool ends = true) => Add(Draft.Learn(scene), scene, ends);

        private void Add(SamplePiece piece, Scene? scene, bool ends)
        {
            if (_ended)
            {
                Pieces.Add(new TurnEndPiece());
            }

            Pieces.Add(piece);
            _ended = ends;
            if (scene is not null)
            {
                Scenes.Add(scene);
            }
        }
    }
}
