using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// Two images, of which the second is the first again, the first with one to three changes, or another one; then whether they are the same, or what changed
/// where it is one thing. The way into comparing: where much differs, one attribute that is compared tells already, and those with one change want all.
/// </summary>
internal static class TwinsTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;

        // With two objects one keeps a held-out combination in the compositional split, whatever the other becomes.
        var least = composer.Split == SceneSplit.Compositional ? 2 : 1;
        var first = composer.Scene(random.Between(least, 2));
        var truth = random.Weighted(40, 30, 10, 10, 10) switch
        {
            0 => Same(random, first, first),
            4 => composer.Until(() => Other(composer, first)),
            var changes => composer.Until(() => Changed(composer, first, changes)),
        };
        return new Draft([.. truth.Scenes.Select(Draft.Read), Draft.Read(truth.Question), Draft.Learn(truth.Answer)], truth);
    }

    // Several changes are all to one object or to the background.
    private static AnswerTruth? Changed(SceneComposer composer, Scene first, int changes)
    {
        var random = composer.Random;
        var target = random.Next(first.Objects.Count);
        var (kind, answer) = (EditKind.Add, "");
        Scene? second = first;
        for (var i = 0; i < changes && second is not null; i++)
        {
            (kind, answer) = random.PickFrom(ImagesTask.Changes);
            second = (changes > 1 && kind is EditKind.Add or EditKind.Remove) ? null
                : SceneEditing.Change(composer, second, kind, kind is EditKind.Add or EditKind.Background ? null : target);
        }

        return second is null || second.Equals(first) ? null
            : changes > 1 || random.Chance(30) ? Same(random, first, second)
            : new AnswerTruth([first, second], QuestionKind.Change, ImagesWriter.Change(random, 0, 1), answer) { NeedsDetail = ImagesTask.IsDetail(kind) };
    }

    private static AnswerTruth? Other(SceneComposer composer, Scene first)
    {
        var second = composer.Scene(composer.Random.Between(1, 2));
        return second.Equals(first) ? null : Same(composer.Random, first, second);
    }

    private static AnswerTruth Same(SceneRandom random, Scene first, Scene second) =>
        new([first, second], QuestionKind.Same, ImagesWriter.Same(random, 0, 1), first.Equals(second) ? "same" : "different");
}
