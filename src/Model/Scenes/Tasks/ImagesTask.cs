using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>Two to eight images and a question that takes more than one of them, then a short answer.</summary>
internal static class ImagesTask
{
    /// <summary>What is counted over all images is no more.</summary>
    public const int MaxTotal = 8;

    /// <summary>The changes that are asked for, and their answers.</summary>
    public static readonly (EditKind Kind, string Answer)[] Changes =
    [
        (EditKind.Recolour, "the colour"), (EditKind.Refill, "the fill"), (EditKind.Resize, "the size"), (EditKind.Move, "the place"),
        (EditKind.AddMark, "the mark"), (EditKind.RemoveMark, "the mark"), (EditKind.Background, "the background"),
        (EditKind.Add, "one more"), (EditKind.Remove, "one less"),
    ];

    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var count = 2 + random.Weighted(25, 15, 20, 10, 10, 5, 15);
        var truth = random.Weighted(35, 25, 25, 15) switch
        {
            0 => Which(composer, count),
            1 => Change(composer, count),
            2 => Total(composer, count),
            _ => Same(composer, count),
        };
        List<SamplePiece> pieces = [.. truth.Scenes.Select(Draft.Read)];
        pieces.Add(Draft.Read(truth.Question));
        pieces.Add(Draft.Learn(truth.Answer));
        return new Draft(pieces, truth);
    }

    /// <summary>What an object that is in one image alone is told by.</summary>
    public static ObjectAttributes Told(SceneRandom random) => random.Pick(
        ObjectAttributes.Shape, ObjectAttributes.Shape | ObjectAttributes.Colour, ObjectAttributes.Shape | ObjectAttributes.Fill,
        ObjectAttributes.Shape | ObjectAttributes.Size, ObjectAttributes.Colour | ObjectAttributes.Fill,
        ObjectAttributes.Shape | ObjectAttributes.Mark, ObjectAttributes.Shape | ObjectAttributes.Colour | ObjectAttributes.Fill,
        ObjectAttributes.Shape | ObjectAttributes.Place);

    /// <summary>Whether a change is one of fills or marks.</summary>
    public static bool IsDetail(EditKind kind) => kind is EditKind.Refill or EditKind.AddMark or EditKind.RemoveMark;

    // The others have objects that are nearly the one asked for.
    private static AnswerTruth Which(SceneComposer composer, int count)
    {
        var random = composer.Random;
        var named = Told(random);
        var asked = ObjectDescription.Of(composer.Object([]), named);
        var right = random.Next(count);
        var scenes = Enumerable.Range(0, count)
            .Select(i => Counting.Scene(composer, asked, i == right ? 1 : 0, random.Between(i == right ? 0 : 1, 2)))
            .ToList();
        return new AnswerTruth(scenes, QuestionKind.Which, ImagesWriter.Which(random, Phrases.Some(random, asked)), ImagesWriter.Answer(right))
        {
            NeedsDetail = Counting.IsDetail(asked),
        };
    }

    private static AnswerTruth Change(SceneComposer composer, int count)
    {
        var random = composer.Random;
        var (kind, answer) = random.PickFrom(Changes);
        var (scenes, first, second) = Pair(composer, count, kind);
        return new AnswerTruth(scenes, QuestionKind.Change, ImagesWriter.Change(random, first, second), answer) { NeedsDetail = IsDetail(kind) };
    }

    private static AnswerTruth Same(SceneComposer composer, int count)
    {
        var random = composer.Random;
        EditKind? kind = random.Chance(50) ? null : random.PickFrom(Changes).Kind;
        var (scenes, first, second) = Pair(composer, count, kind);
        return new AnswerTruth(scenes, QuestionKind.Same, ImagesWriter.Same(random, first, second), kind is null ? "same" : "different")
        {
            NeedsDetail = kind is { } changed && IsDetail(changed),
        };
    }

    private static AnswerTruth Total(SceneComposer composer, int count)
    {
        var random = composer.Random;
        var counted = Counting.Describe(composer);
        var total = random.Between(0, Math.Min(2 * count, MaxTotal));
        var wanted = new int[count];
        for (var left = total; left > 0;)
        {
            var index = random.Next(count);
            if (wanted[index] < 2)
            {
                wanted[index]++;
                left--;
            }
        }

        var scenes = wanted.Select(inScene => Counting.Scene(composer, counted, inScene, random.Between(inScene == 0 ? 1 : 0, 1))).ToList();
        return new AnswerTruth(scenes, QuestionKind.Total, ImagesWriter.Total(random, Phrases.Several(random, counted)), Words.Number(total))
        {
            NeedsDetail = Counting.IsDetail(counted),
        };
    }

    // Two of the images are the same but for one change, or altogether.
    private static (List<Scene> Scenes, int First, int Second) Pair(SceneComposer composer, int count, EditKind? kind)
    {
        var random = composer.Random;
        int[] places = [.. random.Shuffled(Enumerable.Range(0, count)).Take(2).Order()];

        // With two objects one keeps a held-out combination in the compositional split, whatever the other becomes.
        var least = composer.Split == SceneSplit.Compositional ? 2 : 1;
        Scene? after = null;
        var before = composer.Until(() => composer.Scene(random.Between(least, 3)), scene =>
        {
            int? target = kind is EditKind.Add or EditKind.Background ? null : random.Next(scene.Objects.Count);
            after = kind is { } change ? SceneEditing.Change(composer, scene, change, target) : scene;
            return after is not null;
        });
        var scenes = Enumerable.Range(0, count)
            .Select(i => i == places[0] ? before : i == places[1] ? after! : composer.Scene(random.Between(1, 2)))
            .ToList();
        return (scenes, places[0], places[1]);
    }
}
