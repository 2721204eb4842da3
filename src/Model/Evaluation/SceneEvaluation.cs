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

    /// <summary>Names of the groups of measures.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["caption", "question", "images", "conversation", "picture", "story", BlindStories, "refer", "edit", "segment"];

    /// <summary>Measures.</summary>
    /// <param name="begins">Told what is measured next.</param>
    /// <param name="cancellation">Looked at between groups.</param>
    public EvaluationReport Run(Action<string>? begins = null, CancellationToken cancellation = default)
    {
        var (measures, sheets) = (new List<SceneMeasure>(), new List<EvaluationSheet>());
        foreach (var split in options.Splits)
        {
            foreach (var group in Groups.Where(group => (options.Only.Count == 0 || options.Only.Contains(group)) && (group != BlindStories || blind is not null)))
            {
                cancellation.ThrowIfCancellationRequested();
                begins?.Invoke($"{group}, {SceneSamples.Name(split)}");
                var (found, sheet) = Measure(group, split);
                measures.AddRange(split != SceneSplit.Compositional ? found
                    : found.Select(measure => measure with { Name = measure.Name + Compositional, Target = measure.Target - 0.05 }));
                sheets.Add(sheet);
            }
        }

        return new EvaluationReport(measures, sheets);
    }

    private (IReadOnlyList<SceneMeasure> Measures, EvaluationSheet Sheet) Measure(string group, SceneSplit split)
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
