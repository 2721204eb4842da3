using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>
/// An image and six to ten questions and phrases about it, each with its answer or box. The image is read once for all of them, so that
/// an answer costs a model a third of what it does alone.
/// </summary>
internal static class InterviewTask
{
    public static Draft Make(SceneComposer composer)
    {
        var random = composer.Random;
        var scene = composer.Scene();
        var pieces = new List<SamplePiece> { Draft.Read(scene) };
        var (answers, boxes) = (new List<AnswerTruth>(), new List<ReferTruth>());
        for (var left = random.Between(6, 10); left > 0; left--)
        {
            if (random.Chance(80))
            {
                var answer = SceneQuestions.About(composer, scene);
                pieces.AddRange([Draft.Read(answer.Question), Draft.Learn(answer.Answer)]);
                answers.Add(answer);
            }
            else
            {
                var target = random.Next(scene.Objects.Count);
                var phrase = Phrases.The(random, ObjectDescription.Unambiguous(random, scene, target, ObjectAttributes.All)!);
                var truth = new ReferTruth(scene, target, ObjectBounds.Of(scene.Objects[target]));
                pieces.AddRange(ReferTask.Turn(phrase, truth.Box));
                boxes.Add(truth);
            }

            if (left > 1)
            {
                pieces.Add(new TurnEndPiece());
            }
        }

        return new Draft(pieces, new InterviewTruth(scene, answers, boxes));
    }
}
