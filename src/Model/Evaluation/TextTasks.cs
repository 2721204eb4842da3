using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Metrics;
using MmiGrains.Model.Metrics.Grounding;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;
using Box = MmiGrains.Model.Metrics.Grounding.Box;

namespace MmiGrains.Model.Evaluation;

/// <summary>The small world's tasks that are answered in text.</summary>
/// <param name="writer">The model.</param>
/// <param name="options">How many samples, and which.</param>
internal sealed class TextTasks(AnswerWriter writer, EvaluationOptions options)
{
    private const int LongestCaption = 110, LongestAnswer = 12, LongestBox = 40, Side = 64, Conversations = 2, Forms = 3;
    private const double LeastOverlap = 0.5;

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Captions(SceneSplit split)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Caption, options.Seed, options.Count);
        var captions = writer.Write([.. samples.Select(SceneSampleSource.Prompt)], LongestCaption);
        CaptionScore[] scores = [.. samples.Zip(captions, (sample, caption) => CaptionScore.Of(caption, sample.Truth.Scenes[0]))];
        var f1 = Intervals.Statistic(scores.Length, drawn =>
        {
            var chosen = new CaptionScore[drawn.Length];
            for (var i = 0; i < drawn.Length; i++)
            {
                chosen[i] = scores[drawn[i]];
            }

            return CaptionScore.F1(chosen);
        });
        return ([new("caption: attributes right (F1)", f1, 0.97, null, scores.Length)], Sheet(split, samples, captions));
    }

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Questions(SceneSplit split)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Question, options.Seed, 2 * options.Count);
        var (right, answers) = Answer(samples);
        var isDetail = samples.Select(sample => ((AnswerTruth)sample.Truth).Kind is QuestionKind.Fill or QuestionKind.Mark || ((AnswerTruth)sample.Truth).NeedsDetail).ToArray();
        bool[] detailed = [.. right.Where((_, i) => isDetail[i])];
        return (
            [
                Share("questions: exact match", right, 0.95),
                .. detailed.Length == 0 ? [] : new[] { Share("questions about marks and fills", detailed, 0.93) }, // few samples may have none
                .. ByKind("questions", samples, right),
            ],
            Sheet(split, samples, answers));
    }

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) QuestionsOverImages(SceneSplit split)
    {
        var (measures, shown, shownAnswers) = (new List<SceneMeasure>(), new List<SceneSample>(), new List<string>());
        foreach (var (count, target) in new[] { (2, 0.95), (4, 0.92), (8, 0.88) })
        {
            var samples = SceneSampleSource.Take(split, SceneTask.Images, options.Seed, options.Count, sample => sample.Truth.Scenes.Count == count);
            var (right, answers) = Answer(samples);
            measures.AddRange([Share($"questions over {count} images", right, target), .. ByKind($"questions over {count} images", samples, right)]);
            shown.AddRange(samples.Take(options.SheetSamples / 3));
            shownAnswers.AddRange(answers.Take(options.SheetSamples / 3));
        }

        return (measures, Sheet(split, shown, shownAnswers));
    }

    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Boxes(SceneSplit split)
    {
        var samples = SceneSampleSource.Take(split, SceneTask.Refer, options.Seed, options.Count);
        var answers = writer.Write([.. samples.Select(SceneSampleSource.Prompt)], LongestBox);
        bool[] right = [.. samples.Zip(answers, (sample, answer) =>
        {
            var box = ((ReferTruth)sample.Truth).Box;
            return BoxText.TryParse(answer, out var said) && said.IntersectionOverUnion(new Box(box.Left, box.Top, box.Right, box.Bottom)) >= LeastOverlap;
        })];
        return ([Share("referring expression: IoU >= 0.5", right, 0.92)], Sheet(split, samples, answers));
    }

    /// <summary>
    /// Whether a reply within a conversation is of the form that was asked for: words, a picture, or words and a picture (what happens next, a
    /// story), each a third of the replies.
    /// </summary>
    public (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Replies(SceneSplit split)
    {
        var replies = SceneSampleSource.Take(split, SceneTask.Conversation, options.Seed, Conversations * options.Count)
            .SelectMany(sample => ReplyForm.In(sample.Data)).GroupBy(reply => reply.Form).SelectMany(form => form.Take((options.Count + Forms - 1) / Forms)).ToArray();
        var written = writer.WriteToEnd([.. replies.Select(reply => reply.Before)], LongestCaption);
        bool[] right = [.. replies.Zip(written, (reply, text) => text.Form == reply.Form)];
        const string Name = "conversation: words, picture or both, as asked";
        var byForm = !options.Details ? [] : replies.Zip(right).GroupBy(pair => pair.First.Form, pair => pair.Second)
            .Select(form => Share($"{Name}: {form.Key}", [.. form], null));
        var rows = replies.Zip(written).Chunk(Math.Max(1, replies.Length / options.SheetSamples)).Take(options.SheetSamples).Select(chunk =>
        {
            var ((before, wanted), text) = chunk[0];
            var pictures = before.OfType<ImagePiece>().Select(piece => new ContactSheetCell(piece.Image.Load(Side), ""));
            return (IReadOnlyList<ContactSheetCell>)[.. pictures, new(null, $"{before.OfType<TextPiece>().Last().Text} -> {text}"), new(null, $"(right) {wanted}")];
        });
        return ([Share(Name, right, null), .. byForm], new EvaluationSheet($"conversation-{SceneSamples.Name(split)}", [.. rows]));
    }

    private static SceneMeasure Share(string name, bool[] right, double? target) =>
        new(name, Intervals.Proportion(right.Count(isRight => isRight), right.Length), target, null, right.Length);

    private IEnumerable<SceneMeasure> ByKind(string name, SceneSample[] samples, bool[] right) => !options.Details ? [] : samples
        .Zip(right, (sample, isRight) => (((AnswerTruth)sample.Truth).Kind, IsRight: isRight))
        .GroupBy(answer => answer.Kind, answer => answer.IsRight)
        .OrderBy(kind => kind.Key)
        .Select(kind => Share($"{name}: {SceneSamples.Name(kind.Key)}", [.. kind], null));

    private (bool[] Right, IReadOnlyList<string> Answers) Answer(SceneSample[] samples)
    {
        var answers = writer.Write([.. samples.Select(SceneSampleSource.Prompt)], LongestAnswer);
        return ([.. samples.Zip(answers, (sample, answer) => answer == ((AnswerTruth)sample.Truth).Answer)], answers);
    }

    private EvaluationSheet Sheet(SceneSplit split, IReadOnlyList<SceneSample> samples, IReadOnlyList<string> answers)
    {
        var rows = samples.Zip(answers).Take(options.SheetSamples).Select(pair =>
        {
            var asked = string.Concat(pair.First.Data.Pieces.OfType<TextPiece>().Where(piece => !piece.IsTrained).Select(piece => piece.Text + " "));
            var wanted = string.Concat(pair.First.Data.Pieces.OfType<TextPiece>().Where(piece => piece.IsTrained).Select(piece => piece.Text));
            var pictures = pair.First.Data.Pieces.OfType<ImagePiece>().Select(piece => new ContactSheetCell(piece.Image.Load(Side), ""));
            return (IReadOnlyList<ContactSheetCell>)[.. pictures, new ContactSheetCell(null, $"{asked}-> {pair.Second}"), new ContactSheetCell(null, $"(truth) {wanted}")];
        });
        return new EvaluationSheet($"{SceneSamples.Name(samples[0].Task)}-{SceneSamples.Name(split)}", [.. rows]);
    }
}
