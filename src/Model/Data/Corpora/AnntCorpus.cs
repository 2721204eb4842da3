using System.Text.Json.Nodes;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Inference;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>The inference file's samples (annt.json) as documents: sentences, and images before or after theirs, all trained.</summary>
internal sealed class AnntCorpus(ImageFinder images, ImageView view) : IRowConverter
{
    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new AnntCorpus(RowCorpus.Images(config), RowCorpus.View(config)), "samples");

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        InferenceSample sample;
        try
        {
            sample = InferenceFile.ReadSample(JsonNode.Parse(row.Content.Span), row.Origin);
        }
        catch (Exception problem) when (problem is InferenceException or ArgumentException or InvalidOperationException)
        {
            // The other two are for a field that stands twice, and for text that is not Unicode.
            throw new RowException("not a sample of an inference file", problem.Message.TrimEnd('.'));
        }

        var placed = sample.Images.Select((name, i) => (images.Require(row, name, view), sample.SentenceIndices[i], sample.ImageFirst[i])).ToArray();
        return new PieceBuilder().Interleaved(sample.Sentences, placed).Build();
    }
}
