using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>An image and a question that has one right answer in it, then the answer in one or two words.</summary>
internal static class QuestionTask
{
    private static readonly QuestionKind[] Kinds =
    [
        QuestionKind.Colour, QuestionKind.Shape, QuestionKind.Fill, QuestionKind.Size, QuestionKind.Place, QuestionKind.Count,
        QuestionKind.Mark, QuestionKind.Relation,
    ];

    public static Draft Make(SceneComposer composer)
    {
        var kind = composer.Random.PickFrom(Kinds);
        var truth = kind switch
        {
            QuestionKind.Count => Count(composer),
            QuestionKind.Mark => Mark(composer),
            QuestionKind.Relation => composer.Random.Chance(50) ? WhatIsThere(composer) : IsItThere(composer),
            _ => Attribute(composer, kind),
        };
        return new Draft([Draft.Read(truth.Scenes[0]), Draft.Read(truth.Question), Draft.Learn(truth.Answer)], truth);
    }

    private static AnswerTruth Attribute(SceneComposer composer, QuestionKind kind)
    {
        var random = composer.Random;
        var asked = kind switch
        {
            QuestionKind.Colour => ObjectAttributes.Colour,
            QuestionKind.Shape => ObjectAttributes.Shape,
            QuestionKind.Fill => ObjectAttributes.Fill,
            QuestionKind.Size => ObjectAttributes.Size,
            _ => ObjectAttributes.Place,
        };
        var (scene, target, said) = Target(composer, ObjectAttributes.All & ~asked);
        var item = scene.Objects[target];
        var answer = kind switch
        {
            QuestionKind.Colour => Words.Of(item.Colour),
            QuestionKind.Shape => Words.Of(item.Shape),
            QuestionKind.Fill => Words.Of(item.Fill),
            QuestionKind.Size => Words.Of(item.Size),
            _ => Words.Of(item.Place),
        };
        return Answer(scene, kind, QuestionWriter.What(random, kind, Phrases.The(random, said)), answer, said, kind == QuestionKind.Fill);
    }

    // Each number from zero to four is as likely.
    private static AnswerTruth Count(SceneComposer composer)
    {
        var random = composer.Random;
        var wanted = random.Next(Scene.MaxObjects + 1);
        var counted = Counting.Describe(composer);
        var count = Math.Max(Math.Max(wanted, 1), random.Between(1, Scene.MaxObjects));
        var scene = Counting.Scene(composer, counted, wanted, count - wanted);
        return Answer(
            scene, QuestionKind.Count, QuestionWriter.Count(random, Phrases.Several(random, counted)), Words.Number(wanted), counted, false);
    }

    private static AnswerTruth Mark(SceneComposer composer)
    {
        var random = composer.Random;
        var (scene, target, said) = Target(composer, ObjectAttributes.All & ~ObjectAttributes.Mark);
        var it = Phrases.The(random, said);

        // The mark is drawn anew, for answers that are as likely; nothing else depends on it.
        var form = random.Next(3);
        var isThere = random.Chance(50);
        var any = random.Pick(ObjectMark.Dot, ObjectMark.Bar);
        var asked = form == 0 ? (ObjectMark?)null : any;
        var mark = form == 2 ? random.Any<ObjectMark>()
            : isThere ? any
            : form == 1 && random.Chance(50) ? Other(any)
            : ObjectMark.None;
        var question = form == 2 ? QuestionWriter.What(random, QuestionKind.Mark, it) : QuestionWriter.HasMark(random, it, asked);
        scene = scene.WithObject(target, scene.Objects[target] with { Mark = mark });
        return Answer(scene, QuestionKind.Mark, question, form == 2 ? Words.Of(mark) : Words.YesOrNo(isThere), said, true);
    }

    private static AnswerTruth WhatIsThere(SceneComposer composer)
    {
        var random = composer.Random;
        while (true)
        {
            var (scene, target, said) = Target(composer, ObjectAttributes.All & ~ObjectAttributes.Place);
            var direction = random.Any<Direction>();
            var found = scene.Objects.Where(item => item.Place.Is(direction, scene.Objects[target].Place)).ToList();
            if (found.Count == 1)
            {
                var question = QuestionWriter.WhatIs(random, direction, Phrases.The(random, said));
                return Answer(scene, QuestionKind.Relation, question, $"{Words.Of(found[0].Colour)} {Words.Of(found[0].Shape)}", said, false);
            }
        }
    }

    private static AnswerTruth IsItThere(SceneComposer composer)
    {
        var random = composer.Random;
        while (true)
        {
            var (scene, target, said) = Target(composer, ObjectAttributes.All & ~ObjectAttributes.Place);
            var other = random.Next(scene.Objects.Count);
            var (from, to) = (scene.Objects[other].Place, scene.Objects[target].Place);
            var direction = random.Any<Direction>();

            // A no is a clear one: it lies on the opposite side.
            if (!to.Is(direction, from) && !from.Is(direction, to))
            {
                continue;
            }

            if (ObjectDescription.Unambiguous(random, scene, other, ObjectAttributes.All & ~ObjectAttributes.Place) is { } reference)
            {
                var question = QuestionWriter.Is(random, Phrases.The(random, said), direction, Phrases.The(random, reference));
                return Answer(scene, QuestionKind.Relation, question, Words.YesOrNo(to.Is(direction, from)), said, Counting.IsDetail(reference));
            }
        }
    }

    private static (Scene Scene, int Target, ObjectDescription Said) Target(SceneComposer composer, ObjectAttributes allowed)
    {
        var random = composer.Random;
        while (true)
        {
            var scene = composer.Scene();
            var target = random.Next(scene.Objects.Count);
            if (ObjectDescription.Unambiguous(random, scene, target, allowed) is { } said)
            {
                return (scene, target, said);
            }
        }
    }

    private static ObjectMark Other(ObjectMark mark) => mark == ObjectMark.Dot ? ObjectMark.Bar : ObjectMark.Dot;

    private static AnswerTruth Answer(Scene scene, QuestionKind kind, string question, string answer, ObjectDescription said, bool asksDetail) =>
        new([scene], kind, question, answer) { NeedsDetail = asksDetail || Counting.IsDetail(said) };
}
