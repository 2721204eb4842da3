namespace MmiGrains.Model.Data.Configuration;

/// <summary>A kind of data set: one line of the catalogue's table.</summary>
/// <param name="Name">As configurations write it.</param>
/// <param name="Description">What it reads, in one line.</param>
/// <param name="Open">Opens one; it asks its options from the configuration, and the catalogue refuses those it did not ask for.</param>
public sealed record DatasetKind(string Name, string Description, Func<DatasetConfig, DatasetContext, ISampleStream> Open)
{
    /// <summary>Counts a data set's rows, null where there is no end to them.</summary>
    public Func<DatasetConfig, long>? CountRows { get; init; }

    /// <summary>What a data set's rows are; null where there are none.</summary>
    public Func<DatasetConfig, RowCorpus>? Define { get; init; }

    /// <summary>A kind that lies in files as rows.</summary>
    public static DatasetKind OfRows(string name, string description, Func<DatasetConfig, RowCorpus> define) =>
        new(name, description, (config, context) => define(config).OpenStream(config, context))
        {
            CountRows = config => define(config).CountRows(),
            Define = define,
        };
}
