using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// VisDial 1.0's dialogs: {"data": {"questions": [...], "answers": [...], "dialogs": [{"image_id", "caption", "dialog": [{"question",
/// "answer", "answer_options", "gt_index"}]}]}}, where questions and answers are places in their lists. Every answer of a dialog is trained,
/// or with "rounds": "dense" the one whose options people judged, as "relevance" (the dense annotations' file) says; rounds before it are
/// read. Answers come with their options where "options" says so.
/// </summary>
internal sealed class VisDialCorpus : IRowConverter, IDisposable
{
    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly IReadOnlyList<string> _imageNames;
    private readonly PromptTemplate _beginning;
    private readonly PromptTemplate _round;
    private readonly bool _isDense;
    private readonly bool _hasOptions;
    private readonly bool _skipsLast;
    private readonly Lazy<RowIndex>? _relevance;
    private readonly Dictionary<string, VisDialTexts> _texts = [];

    private VisDialCorpus(DatasetConfig config)
    {
        var options = config.Options;
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        _imageNames = options.Texts("image_name", "VisualDialog_val2018/VisualDialog_val2018_{image_id:12}.jpg");
        _isDense = options.Choice("rounds", "all", "all", "dense") == "dense";
        _hasOptions = options.Flag("options", _isDense);
        _skipsLast = options.Choice("history", "whole", "whole", "reference") == "reference"; // the reference leaves out the round just before

        // The reference's wording, which has ". " between these.
        _beginning = PromptTemplate.Parse(options.Text("prompt", "{image}caption: {caption}"), ["image", "caption"], "image");
        _round = PromptTemplate.Parse(options.Text("round_prompt", "question: {question}? answer: {answer}"), ["question", "answer"], "question", "answer");
        if (options.Texts("relevance") is { Count: > 0 } patterns)
        {
            var files = FilePatterns.Expand(patterns, config.Folder, config.Place);
            _relevance = new(() => new RowIndex(files, "annotations", "image_id"));
        }
        else if (_isDense)
        {
            throw options.Wrong("relevance", "must name the dense annotations where 'rounds' is dense");
        }
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new VisDialCorpus(config), "data.dialogs");

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var rounds = fields.Objects("dialog");
        var annotation = _relevance?.Value.Find(fields.Integer("image_id"));
        if (_isDense && annotation is null)
        {
            throw new RowException("no round of it is judged") { IsByRule = true };
        }

        var judged = annotation?.Integer("round_id") - 1;
        if (judged < 0 || judged >= rounds.Count)
        {
            throw new RowException("round_id names none of the dialog's rounds", $"{judged + 1} of {rounds.Count}");
        }

        var image = _imageNames.Select(name => _images.Find(row, NamePattern.Fill(name, fields), _view)).FirstOrDefault(found => found is not null)
            ?? throw new RowException("an image does not exist", NamePattern.Fill(_imageNames[0], fields));
        var pieces = new PieceBuilder();
        _beginning.Fill(pieces, (sample, field) =>
            _ = field == "image" ? sample.Image(image, isTrained: false) : sample.Text(fields.Text("caption").Trim(), isTrained: false));
        return _isDense
            ? Dense(pieces, row, rounds, (int)judged!.Value, annotation)
            : All(pieces, row, rounds, judged, annotation);
    }

    public void Dispose()
    {
        if (_relevance is { IsValueCreated: true })
        {
            _relevance.Value.Dispose();
        }

        foreach (var texts in _texts.Values)
        {
            texts.Dispose();
        }
    }

    private IReadOnlyList<SamplePiece> Dense(PieceBuilder pieces, Row row, IReadOnlyList<RowFields> rounds, int judged, RowFields? annotation)
    {
        for (var i = 0; i < judged - (_skipsLast ? 1 : 0); i++)
        {
            pieces.Text(". ", isTrained: false);
            Fill(pieces, row, rounds[i], (sample, answer) => sample.Text(answer, isTrained: false));
        }

        pieces.Text(". ", isTrained: false);
        var choice = Choice(row, rounds[judged], annotation);
        Fill(pieces, row, rounds[judged], (sample, answer) => sample.Answer(answer, choice));
        return pieces.Build();
    }

    // Each answer's full stop is learned with it: texts of their own would begin with a space.
    private IReadOnlyList<SamplePiece> All(PieceBuilder pieces, Row row, IReadOnlyList<RowFields> rounds, long? judged, RowFields? annotation)
    {
        var answered = rounds.TakeWhile(round => round.Has("answer")).Count(); // the test split's last questions are not
        if (answered == 0)
        {
            throw new RowException("no question of the dialog is answered");
        }

        for (var i = 0; i < answered; i++)
        {
            var (stop, choice) = (i < answered - 1 ? "." : "", Choice(row, rounds[i], i == judged ? annotation : null));
            pieces.Text(i == 0 ? ". " : " ", isTrained: false);
            Fill(pieces, row, rounds[i], (sample, answer) => sample.Answer(answer + stop, choice));
        }

        return pieces.Build();
    }

    private void Fill(PieceBuilder pieces, Row row, RowFields round, Action<PieceBuilder, string> addAnswer)
    {
        var texts = Texts(row);
        _round.Fill(pieces, (sample, field) =>
        {
            if (field == "question")
            {
                sample.Text(texts.Questions.Find(round.Integer("question"), "dialog.question").Trim(), isTrained: false);
            }
            else
            {
                addAnswer(sample, texts.Answers.Find(round.Integer("answer"), "dialog.answer").Trim());
            }
        });
    }

    private AnswerChoice? Choice(Row row, RowFields round, RowFields? annotation)
    {
        if (!_hasOptions)
        {
            return null;
        }

        var (places, said) = (round.Integers("answer_options"), round.Integer("answer"));
        var target = round.OptionalInteger("gt_index") ?? places.ToList().IndexOf(said);
        if (target < 0 || target >= places.Count || places[(int)target] != said)
        {
            throw new RowException("the answer is not the option that gt_index names", $"answer {said}, option {target} of {places.Count}");
        }

        // Validation's file says gt_relevance, that of the training split relevance.
        var relevance = annotation?.Numbers(annotation.Value.Has("gt_relevance") ? "gt_relevance" : "relevance");
        return relevance is not null && relevance.Count != places.Count
            ? throw new RowException("the relevances are not one for each option", $"{relevance.Count} and {places.Count}")
            : new AnswerChoice([.. places.Select(place => Texts(row).Answers.Find(place, "an entry of dialog.answer_options").Trim())], (int)target) { Relevance = relevance };
    }

    private VisDialTexts Texts(Row row)
    {
        if (!_texts.TryGetValue(row.File, out var texts))
        {
            _texts.Add(row.File, texts = new VisDialTexts(row.File));
        }

        return texts;
    }
}
