using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>Questions about a scene as it is. A kind that this scene has no question of is null.</summary>
internal static class SceneQuestions
{
    public static readonly QuestionKind[] Kinds =
    [
        QuestionKind.Colour, QuestionKind.Shape, QuestionKind.Fill, QuestionKind.Size, QuestionKind.Place, QuestionKind.Count,
        QuestionKind.Mark, QuestionKind.Relation,
    ];

    /// <summary>A question of any kind.</summary>
    public static AnswerTruth About(SceneComposer composer, Scene scene) => composer.Until(() => composer.Random.PickFrom(Kinds) switch
    {
        QuestionKind.Count => Count(composer, scene),
        QuestionKind.Mark => Mark(composer, scene),
        QuestionKind.Relation => composer.Random.Chance(50) ? WhatIsThere(composer, scene) : IsItThere(composer, scene),
        var kind => Attribute(composer, kind, scene),
    });

    public static AnswerTruth? Attribute(SceneComposer composer, QuestionKind kind, Scene scene)
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
        var target = random.Next(scene.Objects.Count);
        if (ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All & ~asked) is not { } said)
        {
            return null;
        }

        return Attribute(random, kind, scene, target, said);
    }

    /// <summary>An attribute of the only object, of which nothing is said.</summary>
    public static AnswerTruth AboutTheThing(SceneRandom random, Scene scene) =>
        Attribute(random, random.Pick(QuestionKind.Colour, QuestionKind.Shape, QuestionKind.Fill, QuestionKind.Size, QuestionKind.Place), scene, 0, new ObjectDescription());

    private static AnswerTruth Attribute(SceneRandom random, QuestionKind kind, Scene scene, int target, ObjectDescription said)
    {
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

    public static AnswerTruth? WhatIsThere(SceneComposer composer, Scene scene)
    {
        var random = composer.Random;
        var target = random.Next(scene.Objects.Count);
        if (ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All & ~ObjectAttributes.Place) is not { } said)
        {
            return null;
        }

        var direction = random.Any<Direction>();
        var found = scene.Objects.Where(item => item.Place.Is(direction, scene.Objects[target].Place)).ToList();
        return found.Count != 1 ? null : Answer(
            scene, QuestionKind.Relation, QuestionWriter.WhatIs(random, direction, Phrases.The(random, said)),
            $"{Words.Of(found[0].Colour)} {Words.Of(found[0].Shape)}", said, false);
    }

    public static AnswerTruth? IsItThere(SceneComposer composer, Scene scene)
    {
        var random = composer.Random;
        var target = random.Next(scene.Objects.Count);
        if (ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All & ~ObjectAttributes.Place) is not { } said)
        {
            return null;
        }

        var other = random.Next(scene.Objects.Count);
        var (from, to) = (scene.Objects[other].Place, scene.Objects[target].Place);
        var direction = random.Any<Direction>();

        // A no is a clear one: it lies on the opposite side.
        if ((!to.Is(direction, from) && !from.Is(direction, to))
            || ObjectDescription.Unambiguous(random, scene, other, ObjectAttributes.All & ~ObjectAttributes.Place) is not { } reference)
        {
            return null;
        }

        var question = QuestionWriter.Is(random, Phrases.The(random, said), direction, Phrases.The(random, reference));
        return Answer(scene, QuestionKind.Relation, question, Words.YesOrNo(to.Is(direction, from)), said, Counting.IsDetail(reference));
    }

    private static AnswerTruth Count(SceneComposer composer, Scene scene)
    {
        var random = composer.Random;
        var counted = Counting.Describe(composer, () => random.PickFrom(scene.Objects));
        var question = QuestionWriter.Count(random, Phrases.Several(random, counted));
        return Answer(scene, QuestionKind.Count, question, Words.Number(scene.Objects.Count(counted.Matches)), counted, false);
    }

    private static AnswerTruth? Mark(SceneComposer composer, Scene scene)
    {
        var random = composer.Random;
        var target = random.Next(scene.Objects.Count);
        if (ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All & ~ObjectAttributes.Mark) is not { } said)
        {
            return null;
        }

        var (it, mark) = (Phrases.The(random, said), scene.Objects[target].Mark);
        var asked = random.Chance(50) ? (ObjectMark?)null : random.Pick(ObjectMark.Dot, ObjectMark.Bar);
        return random.Chance(50)
            ? Answer(scene, QuestionKind.Mark, QuestionWriter.What(random, QuestionKind.Mark, it), Words.Of(mark), said, true)
            : Answer(scene, QuestionKind.Mark, QuestionWriter.HasMark(random, it, asked), Words.YesOrNo(asked is null ? mark != ObjectMark.None : mark == asked), said, true);
    }

    public static ObjectMark Other(ObjectMark mark) => mark == ObjectMark.Dot ? ObjectMark.Bar : ObjectMark.Dot;

    public static AnswerTruth Answer(Scene scene, QuestionKind kind, string question, string answer, ObjectDescription said, bool asksDetail) =>
        new([scene], kind, question, answer) { NeedsDetail = asksDetail || Counting.IsDetail(said) };
}
