using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Questions and short answers. VQA v2, OK-VQA and TextVQA have answers in one file ("files") and questions in another ("questions"),
/// joined by question_id; VizWiz has both in one. The answer is the one most people gave, or else the first.
/// </summary>
internal sealed class VqaCorpus : IPromptedConverter, IDisposable
{
    // The reference's prompt.
    private const string Reference = "Based on the image, please answer the question. {image}{question} Please provide an accurate answer within one word. The answer is: {answer}";

    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly PromptTemplate _prompt;
    private readonly string _imageName;
    private readonly Lazy<RowIndex>? _questions;

    private VqaCorpus(DatasetConfig config)
    {
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        Examples = FewShotExamples.Open(config, "Question: {question} Short answer: {answer} ");
        _prompt = FewShotExamples.Parse(config, Examples, Reference, ["image", .. TextNames]);
        _imageName = config.Options.Text("image_name", "COCO_train2014_{image_id:12}.jpg");
        if (config.Options.Texts("questions") is { Count: > 0 } patterns)
        {
            var files = FilePatterns.Expand(patterns, config.Folder, config.Place);
            _questions = new Lazy<RowIndex>(() => new RowIndex(files, "questions", "question_id"));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TextNames { get; } = ["question", "answer"];

    /// <inheritdoc/>
    public FewShotExamples? Examples { get; }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new VqaCorpus(config));

    /// <inheritdoc/>
    public PromptFields Read(Row row, SeededRandom draws)
    {
        var answers = RowFields.Parse(row.Content);
        var question = answers;
        if (_questions is not null)
        {
            var id = answers.Integer("question_id");
            question = _questions.Value.Find(id) ?? throw new RowException("question_id names none of the questions", $"{id}");
        }

        var name = question.OptionalText("image") ?? NamePattern.Fill(_imageName, question);
        var image = _images.Require(row, name, _view);
        return new PromptFields(image, new Dictionary<string, string> { ["question"] = question.Text("question").Trim(), ["answer"] = Answer(answers) });
    }

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = Read(row, draws);
        var pieces = new PieceBuilder();
        _prompt.Fill(pieces, (sample, field) =>
        {
            switch (field)
            {
                case FewShotExamples.Field:
                    Examples!.AddTo(sample, row, draws, note);
                    break;
                case "answer":
                    sample.Text(fields.Texts[field]);
                    break;
                default:
                    fields.AddRead(sample, field);
                    break;
            }
        });
        return pieces.Build();
    }

    public void Dispose()
    {
        Examples?.Dispose();
        if (_questions is { IsValueCreated: true })
        {
            _questions.Value.Dispose();
        }
    }

    private static string Answer(RowFields row)
    {
        if (row.OptionalText("multiple_choice_answer") is { } answer)
        {
            return answer.Trim();
        }

        var answers = row.Objects("answers");
        return answers.Count > 0 ? answers[0].Text("answer").Trim() : throw new RowException("answers is empty");
    }
}
