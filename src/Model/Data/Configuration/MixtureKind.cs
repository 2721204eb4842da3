using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>
/// A mixture: {"kind": "mix", "datasets": [...], "weights": "given"}. Streams have no end, so a part that is through begins anew, which
/// is the reference's "longest". Its "sum" (every row once, in proportion to sizes) is <c>"weights": "size"</c>, its weighted_concat
/// "sqrt_size". Its "shortest" only says when an epoch ends, and training here ends by steps.
/// </summary>
internal static class MixtureKind
{
    public static ISampleStream Open(DatasetConfig config, DatasetContext context)
    {
        var options = config.Options;
        var weights = options.Choice("weights", "given", "given", "size", "sqrt_size");
        var isFixed = options.Choice("ratio", "drawn", "drawn", "fixed") == "fixed";
        var parts = options.Objects("datasets").Select((part, i) => DatasetConfig.Parse(part, config.Folder, $"{config.Place}, data set {i + 1}")).ToArray();
        options.RefuseOthers();
        if (config.Files.Count > 0)
        {
            throw options.Wrong("files", "is for the data sets of a mixture, each its own");
        }

        var streams = new List<(ISampleStream, double)>();
        try
        {
            for (var i = 0; i < parts.Length; i++)
            {
                var stream = DatasetCatalog.Open(parts[i], context.ForPart(i));
                streams.Add((stream, Weight(parts[i], weights)));
            }

            return new MixedStream(streams, context.Seed, isFixed);
        }
        catch
        {
            streams.ForEach(part => part.Item1.Dispose());
            throw;
        }
    }

    private static double Weight(DatasetConfig part, string weights) => weights switch
    {
        "size" => part.Weight * Size(part),
        "sqrt_size" => part.Weight * Math.Sqrt(Size(part)),
        _ => part.Weight,
    };

    private static long Size(DatasetConfig part)
    {
        var size = part.Size ?? DatasetCatalog.Find(part).CountRows?.Invoke(part)
            ?? throw part.Options.Wrong("size", $"must be given, since a data set of kind '{part.Kind}' has no end to count to");
        return size > 0 ? size : throw new DataException($"{part.Place}: '{part.Name}' has no rows, so no weight.");
    }
}
