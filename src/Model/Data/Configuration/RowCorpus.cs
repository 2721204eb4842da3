using MmiGrains.Model.Data.Corpora;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>A corpus that lies in files as rows.</summary>
/// <param name="Files">The files.</param>
/// <param name="Converter">What understands the rows.</param>
/// <param name="Open">Opens a file at a position.</param>
public sealed record RowCorpus(IReadOnlyList<string> Files, IRowConverter Converter, Func<string, RowPosition, IRowReader> Open)
{
    private static readonly string[] FitNames = ["center_crop", "stretch"];

    /// <summary>One in the usual formats.</summary>
    /// <param name="config">Names the files.</param>
    /// <param name="converter">What understands the rows.</param>
    /// <param name="listField">The field of a .json file that holds the list of rows.</param>
    public static RowCorpus Of(DatasetConfig config, IRowConverter converter, string listField = "annotations")
    {
        var corpus = new RowCorpus(ExpandFiles(config), converter, (file, start) => RowReaders.Open(file, listField, start));
        if (converter is IPromptedConverter { Examples: { } examples })
        {
            examples.Queries = corpus;
        }

        return corpus;
    }

    /// <summary>A configuration's files.</summary>
    /// <exception cref="DataException">There are none.</exception>
    public static IReadOnlyList<string> ExpandFiles(DatasetConfig config) => FilePatterns.Expand(config.Files, config.Folder, config.Place);

    /// <summary>What finds a configuration's images.</summary>
    /// <exception cref="DataException">Their folder does not exist.</exception>
    public static ImageFinder Images(DatasetConfig config) => config.Images is { } folder && !Directory.Exists(folder)
        ? throw config.Options.Wrong("images", $"the folder '{folder}' does not exist")
        : new ImageFinder(config.Images, config.AllowsAbsolutePaths);

    /// <summary>How a kind's images become squares, unless the configuration says otherwise.</summary>
    public static ImageView View(DatasetConfig config, ImageFit otherwise = ImageFit.CenterCrop) => new()
    {
        Fit = config.Options.Choice("image_fit", FitNames[(int)otherwise], FitNames) == FitNames[1] ? ImageFit.Stretch : ImageFit.CenterCrop,
    };

    internal SampleStream OpenStream(DatasetConfig config, DatasetContext context)
    {
        var order = new RowOrder(context.Seed, config.ShuffleWindow) { Rank = context.Rank, World = context.World };
        return new SampleStream(config.Name, new RowStream(Files, Open, order), Converter, context.Problems.Open(config.Name));
    }

    internal long CountRows()
    {
        var count = 0L;
        foreach (var file in Files)
        {
            using var reader = Open(file, default);
            while (reader.Read() is { } row)
            {
                count += row.Problem is null ? 1 : 0;
            }
        }

        return count;
    }
}
