using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Evaluation;

/// <summary>
/// Measures a model on the small world's test split and on combinations that never occur in training. Nothing is chosen by hand: the
/// samples are the first of their kind.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="blind">The same model with looking at images switched off in its image decoder; null where it has none.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="options">How.</param>
public sealed class SceneEvaluation(MmInterleaved model, MmInterleaved? blind, LlamaTokenizer tokenizer, EvaluationOptions options)
{
    private const string Compositional = " (new combinations)", BlindStories = "blind-story";

    private static readonly string[] Texts = ["caption", "question", "images", "conversation", "refer"];

    /// <summary>Names of the groups of measures.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. Texts, "picture", "story", BlindStories, "edit", "segment"];

    /// <summary>Measures some groups at a time, those of pictures beside each other and beside those of texts, which come one after the other.</summary>
    /// <param name="begins">Told what is measured next, by any thread.</param>
    /// <param name="cancellation">Looked at between groups.</param>
    public async Task<EvaluationReport> RunAsync(Action<string>? begins = null, CancellationToken cancellation = default)
    {
        var wanted = Groups.Where(group => (options.Only.Count == 0 || options.Only.Contains(group)) && (group != BlindStories || blind is not null));
        var all = options.Splits.SelectMany(split => wanted.Select(group => (Group: group, Split: split))).ToArray();
        var found = new (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet)[all.Length];
        var works = Enumerable.Range(0, all.Length).GroupBy(i => Texts.Contains(all[i].Group) ? -1 : i); // a model's decode pass is for one thread
        var together = new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellation };
        await Parallel.ForEachAsync(works, together, (work, token) =>
        {
            foreach (var i in work)
            {
                token.ThrowIfCancellationRequested();
                begins?.Invoke($"{all[i].Group}, {SceneSamples.Name(all[i].Split)}");
                found[i] = Measure(all[i].Group, all[i].Split);
            }

            return ValueTask.CompletedTask;
        });
        return new EvaluationReport([.. found.SelectMany(part => part.Measures)], [.. found.Select(part => part.Sheet)]);
    }

    private (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Measure(string group, SceneSplit split)
    {
        var (found, sheet) = Group(group, split);
        return split != SceneSplit.Compositional ? (found, sheet)
            : ([.. found.Select(measure => measure with { Name = measure.Name + Compositional, Target = measure.Target - 0.05 })], sheet);
    }

    private (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Group(string group, SceneSplit split)
    {
        var texts = new TextTasks(new AnswerWriter(model, tokenizer, options.BatchSize), options);
        var painting = group == BlindStories ? blind! : model;
        var pictures = new PictureTasks(new PicturePainter(painting, tokenizer, options.Painting, options.BatchSize), options);
        return group switch
        {
            "caption" => texts.Captions(split),
            "question" => texts.Questions(split),
            "images" => texts.QuestionsOverImages(split),
            "conversation" => texts.Replies(split),
            "refer" => texts.Boxes(split),
            "picture" => pictures.Pictures(split),
            "story" => pictures.Stories(split, "", 0.90),
            BlindStories => pictures.Stories(split, ", MMFS off in the image decoder", null),
            "edit" => pictures.Edits(split),
            _ => pictures.Layouts(split),
        };
    }
}
