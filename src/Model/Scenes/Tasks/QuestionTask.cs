using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>An image and a question that has one right answer in it, then the answer in one or two words.</summary>
internal static class QuestionTask
{
    public static Draft Make(SceneComposer composer)
    {
        var kind = composer.Random.PickFrom(SceneQuestions.Kinds);
        var truth = kind switch
        {
            QuestionKind.Count => Count(composer),
            QuestionKind.Mark => Mark(composer),
            QuestionKind.Relation => composer.Random.Chance(50)
                ? composer.Until(() => SceneQuestions.WhatIsThere(composer, composer.Scene()))
                : composer.Until(() => SceneQuestions.IsItThere(composer, composer.Scene())),
            _ => composer.Until(() => SceneQuestions.Attribute(composer, kind, composer.Scene())),
        };
        return new Draft([Draft.Read(truth.Scenes[0]), Draft.Read(truth.Question), Draft.Learn(truth.Answer)], truth);
    }

    // Each number from zero to four is as likely.
    private static AnswerTruth Count(SceneComposer composer)
    {
        var random = composer.Random;
        var wanted = random.Next(Scene.MaxObjects + 1);
        var counted = Counting.Describe(composer);
        var count = Math.Max(Math.Max(wanted, 1), random.Between(1, Scene.MaxObjects));
        var scene = Counting.Scene(composer, counted, wanted, count - wanted);
        return SceneQuestions.Answer(
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
            : form == 1 && random.Chance(50) ? SceneQuestions.Other(any)
            : ObjectMark.None;
        var question = form == 2 ? QuestionWriter.What(random, QuestionKind.Mark, it) : QuestionWriter.HasMark(random, it, asked);
        scene = scene.WithObject(target, scene.Objects[target] with { Mark = mark });
        return SceneQuestions.Answer(scene, QuestionKind.Mark, question, form == 2 ? Words.Of(mark) : Words.YesOrNo(isThere), said, true);
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
}
