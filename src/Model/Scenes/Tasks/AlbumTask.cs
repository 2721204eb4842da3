using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// Two to eight images and six to ten questions over all of them, each with its answer: those of <see cref="ImagesTask"/>, but the images are read once for
/// all of them, and questions about one, told by its number. Only these tell a model that images have an order at all: without them it learns that all are one
/// heap, and which of two it is stays a guess.
/// </summary>
internal static class AlbumTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var (scenes, changes) = Scenes(composer, 2 + random.Weighted(30, 20, 20, 10, 8, 4, 8));
        return Ask(composer, scenes, () => random.Weighted(35, 25, 20, 12, 8) switch
        {
            0 => Which(composer, scenes),
            1 => One(composer, scenes),
            2 => Total(composer, scenes),
            3 => Change(random, scenes, changes),
            _ => Same(random, scenes),
        });
    }

    /// <summary>
    /// Two to eight images of one thing each, and six to ten questions that tell an image by its number or ask for it: the way into albums. All that is asked
    /// about one image could be asked about another, so that nothing but the number tells them apart.
    /// </summary>
    public static Draft MakeSeries(SceneComposer composer)
    {
        var random = composer.Random;
        var scenes = Enumerable.Range(0, 2 + random.Weighted(50, 20, 10, 8, 5, 3, 4)).Select(_ => composer.Scene(1)).ToList();
        return Ask(composer, scenes, () => random.Chance(60) ? One(random, scenes, scene => SceneQuestions.AboutTheThing(random, scene)) : Which(composer, scenes));
    }

    private static Draft Ask(SceneComposer composer, List<Scene> scenes, Func<AnswerTruth?> draw)
    {
        var pieces = scenes.Select(Draft.Read).ToList();
        var answers = new List<AnswerTruth>();
        for (var left = composer.Random.Between(6, 10); left > 0; left--)
        {
            var answer = composer.Until(draw);
            answers.Add(answer);
            pieces.AddRange([Draft.Read(answer.Question), Draft.Learn(answer.Answer)]);
            if (left > 1)
            {
                pieces.Add(new TurnEndPiece());
            }
        }

        return new Draft(pieces, new AlbumTruth(scenes, answers));
    }

    // Half of them are an earlier one, changed in one thing or in none.
    private static (List<Scene> Scenes, List<(int First, int Second, EditKind Kind)> Changes) Scenes(SceneComposer composer, int count)
    {
        var random = composer.Random;
        var scenes = new List<Scene> { composer.Scene(random.Between(1, 3)) };
        var changes = new List<(int First, int Second, EditKind Kind)>();
        while (scenes.Count < count)
        {
            var (first, kind) = (random.Next(scenes.Count), random.PickFrom(ImagesTask.Changes).Kind);
            if (random.Chance(50))
            {
                scenes.Add(composer.Scene(random.Between(1, 2)));
            }
            else if (random.Chance(25))
            {
                scenes.Add(scenes[first]);
            }
            else if (Changed(composer, scenes[first], kind) is { } changed)
            {
                changes.Add((first, scenes.Count, kind));
                scenes.Add(changed);
            }
        }

        return (scenes, changes);
    }

    // In the split of held-out combinations one object at most may lose its own, and not the only one.
    private static Scene? Changed(SceneComposer composer, Scene scene, EditKind kind)
    {
        int? target = kind is EditKind.Add or EditKind.Background ? null : composer.Random.Next(scene.Objects.Count);
        var changed = SceneEditing.Change(composer, scene, kind, target);
        var lost = composer.Split == SceneSplit.Compositional ? changed?.Objects.Count(item => !HeldOutCombinations.Contains(item)) : 0;
        return lost > 1 || lost == changed?.Objects.Count ? null : changed;
    }

    private static AnswerTruth? Which(SceneComposer composer, List<Scene> scenes)
    {
        var random = composer.Random;
        var right = random.Next(scenes.Count);
        var asked = ObjectDescription.Of(random.PickFrom(scenes[right].Objects), ImagesTask.Told(random));
        return scenes.Count(scene => scene.Objects.Any(asked.Matches)) > 1 ? null
            : new AnswerTruth(scenes, QuestionKind.Which, ImagesWriter.Which(random, Phrases.Some(random, asked)), ImagesWriter.Answer(right)) { NeedsDetail = Counting.IsDetail(asked) };
    }

    private static AnswerTruth One(SceneComposer composer, List<Scene> scenes) =>
        One(composer.Random, scenes, scene => SceneQuestions.About(composer, scene));

    private static AnswerTruth One(SceneRandom random, List<Scene> scenes, Func<Scene, AnswerTruth> ask)
    {
        var index = random.Next(scenes.Count);
        var answer = ask(scenes[index]);
        return answer with { Scenes = scenes, Question = ImagesWriter.One(random, index, answer.Question) };
    }

    private static AnswerTruth? Total(SceneComposer composer, List<Scene> scenes)
    {
        var random = composer.Random;
        var counted = Counting.Describe(composer, () => random.PickFrom(random.PickFrom(scenes).Objects));
        var total = scenes.Sum(scene => scene.Objects.Count(counted.Matches));
        return total > ImagesTask.MaxTotal ? null
            : new AnswerTruth(scenes, QuestionKind.Total, ImagesWriter.Total(random, Phrases.Several(random, counted)), Words.Number(total)) { NeedsDetail = Counting.IsDetail(counted) };
    }

    private static AnswerTruth? Change(SceneRandom random, List<Scene> scenes, List<(int First, int Second, EditKind Kind)> changes)
    {
        if (changes.Count == 0)
        {
            return null;
        }

        var (first, second, kind) = random.PickFrom(changes);
        var answer = ImagesTask.Changes.First(change => change.Kind == kind).Answer;
        return new AnswerTruth(scenes, QuestionKind.Change, ImagesWriter.Change(random, first, second), answer) { NeedsDetail = ImagesTask.IsDetail(kind) };
    }

    private static AnswerTruth Same(SceneRandom random, List<Scene> scenes)
    {
        int[] pair = [.. random.Shuffled(Enumerable.Range(0, scenes.Count)).Take(2).Order()];
        var answer = scenes[pair[0]].Equals(scenes[pair[1]]) ? "same" : "different";
        return new AnswerTruth(scenes, QuestionKind.Same, ImagesWriter.Same(random, pair[0], pair[1]), answer);
    }
}
