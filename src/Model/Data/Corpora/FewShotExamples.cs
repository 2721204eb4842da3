using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Examples that come before a sample in its prompt, where it says {few_shot_example}, each worded by a template and only read. They are
/// rows of another data set, "examples": {"files": ..., "shots": 2, "template": "Question: {question} Short answer: {answer} "}, whose kind
/// is the same where it gives none, and are drawn, another choice for each row and epoch, or with "choose": "similar" the nearest by features
/// (RICES), the nearest last. A row is never its own example.
/// </summary>
internal sealed class FewShotExamples : IDisposable
{
    /// <summary>Where examples stand in a prompt, as the reference calls it.</summary>
    public const string Field = "few_shot_example";

    private const int MostShots = 64, MostUnusable = 1000;

    private readonly RowCorpus _corpus;
    private readonly IPromptedConverter _source;
    private readonly PromptTemplate _template;
    private readonly int _shots;
    private readonly SimilarRows? _similar;
    private readonly Lazy<RowPlaces> _rows;
    private readonly string _place;

    private FewShotExamples(DatasetConfig config, string template)
    {
        var options = config.Options;
        var kind = DatasetCatalog.Find(config);
        _corpus = kind.Define?.Invoke(config) ?? throw options.Wrong("kind", $"'{kind.Name}' has no rows to take examples from");
        _source = _corpus.Converter as IPromptedConverter ?? throw options.Wrong("kind", $"'{kind.Name}' has neither captions nor questions to take for examples");
        _shots = options.Integer("shots", 2, 1, MostShots);
        _template = PromptTemplate.Parse(options.Text("template", template), ["image", .. _source.TextNames]);
        _rows = new(() => new RowPlaces(_corpus.Files, _corpus.Open));
        _place = config.Place;
        _similar = options.Choice("choose", "random", "random", "similar") == "similar" ? new SimilarRows(config) : null;
        options.RefuseOthers();
    }

    /// <summary>The rows that get examples; they have features of their own.</summary>
    public RowCorpus? Queries { get; set; }

    /// <summary>A data set's examples; null where it names none.</summary>
    /// <param name="config">The data set.</param>
    /// <param name="template">How an example is worded, unless it says otherwise.</param>
    /// <exception cref="DataException">They cannot be had.</exception>
    public static FewShotExamples? Open(DatasetConfig config, string template)
    {
        if (config.Options.OptionalObject("examples") is not { } given)
        {
            return null;
        }

        if (given.ContainsKey("examples"))
        {
            throw config.Options.Wrong("examples", "has 'examples' itself; examples have none");
        }

        var json = given.DeepClone().AsObject();
        json["kind"] ??= config.Kind;
        return new FewShotExamples(DatasetConfig.Parse(json, config.Folder, $"{config.Place}, examples"), template);
    }

    /// <summary>A data set's prompt: with examples their place must be in it, and is at its beginning unless it says otherwise.</summary>
    public static PromptTemplate Parse(DatasetConfig config, FewShotExamples? examples, string otherwise, params IReadOnlyList<string> fields)
    {
        fields = examples is null ? fields : [.. fields, Field];
        return PromptTemplate.Parse(config.Options.Text("prompt", examples is null ? otherwise : $"{{{Field}}}{otherwise}"), fields, fields);
    }

    /// <summary>Adds the examples of a row.</summary>
    /// <param name="pieces">What comes before them.</param>
    /// <param name="query">The row.</param>
    /// <param name="draws">The row's draws.</param>
    /// <param name="note">Told of rows that cannot be examples.</param>
    /// <exception cref="DataException">There are not enough.</exception>
    public void AddTo(PieceBuilder pieces, Row query, SeededRandom draws, Action<string> note)
    {
        var random = new SeededRandom((long)draws.NextBits()); // not the draws that the row itself has used
        var examples = new List<PromptFields>();
        var unusable = 0;
        foreach (var number in _similar?.Nearest(query, Queries!, _rows.Value, _shots + 1) ?? Drawn(random))
        {
            var row = _rows.Value.Read(number);
            if (row.File == query.File && row.Start == query.Start)
            {
                continue;
            }

            if (Read(row, random) is { } example)
            {
                examples.Add(example);
            }
            else
            {
                note("a row cannot be an example");
                unusable++;
            }

            if (examples.Count == _shots || unusable == MostUnusable)
            {
                break;
            }
        }

        if (examples.Count < _shots)
        {
            throw new DataException($"{_place}: {examples.Count} of {_rows.Value.Count} rows can be examples, and {_shots} are wanted.");
        }

        if (_similar is not null)
        {
            examples.Reverse();
        }

        examples.ForEach(example => _template.Fill(pieces, example.AddRead));
    }

    /// <inheritdoc/>
    public void Dispose() => (_source as IDisposable)?.Dispose();

    // Every row once, in a random order.
    private IEnumerable<int> Drawn(SeededRandom random)
    {
        var seen = new HashSet<int>();
        while (seen.Count < _rows.Value.Count)
        {
            var number = random.NextInt(_rows.Value.Count);
            if (seen.Add(number))
            {
                yield return number;
            }
        }
    }

    private PromptFields? Read(Row row, SeededRandom random)
    {
        try
        {
            return _source.Read(row, random);
        }
        catch (Exception problem) when (problem is RowException or JsonException)
        {
            return null;
        }
    }
}
