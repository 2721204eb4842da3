using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Metrics.Features;
using MmiGrains.Model.Metrics.Files;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// The rows whose features are nearest a query's by cosine (RICES: retrieval of in-context examples by similarity). Features come from files,
/// "features" those of the examples and "query_features" those of the queries, with a line for each sound row in the order of the files.
/// </summary>
internal sealed class SimilarRows
{
    private readonly string _place;
    private readonly Lazy<FeatureNeighbours> _features;
    private readonly Lazy<FeatureMatrix> _queryFeatures;
    private RowPlaces? _queries;

    public SimilarRows(DatasetConfig config)
    {
        _place = config.Place;
        var (features, queryFeatures) = (Find("features"), Find("query_features"));
        _features = new(() => Load(features, matrix => new FeatureNeighbours(matrix)));
        _queryFeatures = new(() => Load(queryFeatures, matrix => matrix));

        string Find(string name) => config.Options.OptionalText(name) is { } given
            ? FilePatterns.Expand([given], config.Folder, config.Place)[0]
            : throw config.Options.Wrong(name, "must name a file of features where 'choose' is similar");
    }

    /// <summary>Numbers of rows, the nearest first.</summary>
    /// <param name="query">The query.</param>
    /// <param name="queries">The rows that it is one of.</param>
    /// <param name="rows">The rows to choose from.</param>
    /// <param name="atOnce">So many are looked for first; who needs more makes the search begin anew.</param>
    /// <exception cref="DataException">The files of features do not fit.</exception>
    public IEnumerable<int> Nearest(Row query, RowCorpus queries, RowPlaces rows, int atOnce)
    {
        _queries ??= new RowPlaces(queries.Files, queries.Open);
        Check("features", _features.Value.RowCount, rows.Count);
        Check("query_features", _queryFeatures.Value.RowCount, _queries.Count);
        if (_features.Value.ColumnCount != _queryFeatures.Value.ColumnCount)
        {
            throw new DataException($"{_place}: rows of 'features' have {_features.Value.ColumnCount} values and those of 'query_features' {_queryFeatures.Value.ColumnCount}.");
        }

        var number = _queries.NumberOf(query) ?? throw new DataException($"{_place}: {query.Origin} is none of the rows that 'query_features' are of.");
        return Lazily();

        IEnumerable<int> Lazily()
        {
            for (var given = 0; given < rows.Count; atOnce *= 2)
            {
                var nearest = _features.Value.Nearest(_queryFeatures.Value.Rows(number, 1), Math.Min(atOnce, rows.Count));
                foreach (var row in nearest.Skip(given))
                {
                    yield return row;
                }

                given = nearest.Count;
            }
        }
    }

    private T Load<T>(string path, Func<FeatureMatrix, T> use)
    {
        try
        {
            return use(FeatureFile.Read(path));
        }
        catch (Exception problem) when (problem is WeightFileException or ArgumentException)
        {
            throw new DataException($"{_place}: '{path}': {problem.Message}", problem);
        }
    }

    private void Check(string name, int features, int rows)
    {
        if (features != rows)
        {
            throw new DataException($"{_place}: '{name}' has {features} rows, and the files it belongs to have {rows}.");
        }
    }
}
