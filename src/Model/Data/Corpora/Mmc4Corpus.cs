using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// MMC4's documents, as the reference reads them: images that match their sentence well enough, at most six by chance, each before or
/// after it by chance; half of the documents with one image are left out, and all without any. An image that is not on disk, as many
/// are not, is left out of its document and noted.
/// </summary>
internal sealed class Mmc4Corpus(ImageFinder images, ImageView view, Mmc4Corpus.Rules rules) : IRowConverter
{
    public static RowCorpus Define(DatasetConfig config)
    {
        var options = config.Options;
        var rules = new Rules(
            options.Number("similarity", 0.24, -1, 1),
            options.Integer("max_images", 6, 1, 1000),
            options.Number("keep_single_image", 0.5, 0, 1),
            options.Number("image_first", 0.5, 0, 1));
        return RowCorpus.Of(config, new Mmc4Corpus(RowCorpus.Images(config), RowCorpus.View(config), rules), "documents");
    }

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var sentences = fields.Texts("text_list");
        var similarities = fields.Has("similarity_matrix") ? fields.List("similarity_matrix") : [];
        var found = new List<(ISampleImage Image, int Sentence)>();
        var entries = fields.Objects("image_info");
        for (var i = 0; i < entries.Count; i++)
        {
            var sentence = entries[i].Integer("matched_text_index");
            if (sentence < 0 || sentence >= sentences.Count)
            {
                throw new RowException("image_info.matched_text_index names no sentence", $"{sentence} of {sentences.Count}");
            }

            if (Similarity(entries[i], similarities, i, (int)sentence) < rules.Similarity)
            {
                continue;
            }

            if (images.Find(row, entries[i].Text("image_name"), view) is { } image)
            {
                found.Add((image, (int)sentence));
            }
            else
            {
                note("images are not on disk");
            }
        }

        if (found.Count == 0)
        {
            throw new RowException("no image is on disk and like its sentence") { IsByRule = true };
        }

        var kept = Choose(found.Count, ref draws).Select(i => found[i]).OrderBy(image => image.Sentence).ToArray();
        if (kept.Length == 1 && !draws.Happens(rules.KeepSingleImage))
        {
            throw new RowException("has a single image, of which a share is kept") { IsByRule = true };
        }

        var placed = new List<(ISampleImage, int, bool)>();
        foreach (var (image, sentence) in kept)
        {
            placed.Add((image, sentence, draws.Happens(rules.ImageFirst)));
        }

        return new PieceBuilder().Interleaved(sentences, placed).Build();
    }

    // Which images are kept, in the document's order.
    private IEnumerable<int> Choose(int count, ref SeededRandom draws) =>
        count <= rules.MaxImages ? Enumerable.Range(0, count) : draws.Permutation(count).Take(rules.MaxImages).Order();

    private static double Similarity(RowFields entry, IReadOnlyList<JsonElement> similarities, int image, int sentence)
    {
        if (entry.Has("matched_sim"))
        {
            return entry.Number("matched_sim");
        }

        if (image >= similarities.Count || similarities[image].ValueKind != JsonValueKind.Array || sentence >= similarities[image].GetArrayLength())
        {
            throw new RowException("image_info.matched_sim is missing, and similarity_matrix has no such entry");
        }

        return RowFields.AsNumber(similarities[image][sentence], "an entry of similarity_matrix");
    }

    /// <summary>Which images and documents are used.</summary>
    /// <param name="Similarity">The least similarity of an image to its sentence.</param>
    /// <param name="MaxImages">Images of a document, at most.</param>
    /// <param name="KeepSingleImage">The share of documents with one image that is kept.</param>
    /// <param name="ImageFirst">The share of images before their sentence.</param>
    internal sealed record Rules(double Similarity, int MaxImages, double KeepSingleImage, double ImageFirst);
}
