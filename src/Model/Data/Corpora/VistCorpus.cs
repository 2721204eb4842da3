using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// VIST's stories in sequence (train.story-in-sequence.json): a sample per story, each sentence before its photo as in the reference.
/// Photos are named by their Flickr number, with whichever of several extensions is there.
/// </summary>
internal sealed class VistCorpus(ImageFinder images, ImageView view, IReadOnlyList<string> extensions, double imageFirst, StoryWording wording) : IRowConverter
{
    public static RowCorpus Define(DatasetConfig config) => new(
        RowCorpus.ExpandFiles(config),
        new VistCorpus(
            RowCorpus.Images(config),
            RowCorpus.View(config),
            config.Options.Texts("image_extensions", ".jpg", ".png", ".jpeg", ".gif"),
            config.Options.Number("image_first", 0, 0, 1),
            new StoryWording(config)),
        (file, start) => new VistRows(file, start));

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        using var document = JsonDocument.Parse(row.Content);
        var sentences = document.RootElement.EnumerateArray().Select(Sentence)
            .Select(sentence => (Place: sentence.Integer("worker_arranged_photo_order"), Fields: sentence)).OrderBy(sentence => sentence.Place).ToArray();
        if (!sentences.Select(sentence => sentence.Place).SequenceEqual(Enumerable.Range(0, sentences.Length).Select(place => (long)place)))
        {
            throw new RowException("the story's sentences are not numbered one after another from 0", string.Join(", ", sentences.Select(sentence => sentence.Place)));
        }

        var texts = new List<string>();
        var placed = new List<(ISampleImage, int, bool)>();
        foreach (var (_, sentence) in sentences)
        {
            placed.Add((Photo(row, sentence.Identifier("photo_flickr_id")), texts.Count, draws.Happens(imageFirst)));
            texts.Add((sentence.OptionalText("original_text") ?? sentence.Text("text")).Trim());
        }

        return wording.Build(texts, placed);
    }

    /// <summary>The one sentence of an annotation.</summary>
    internal static RowFields Sentence(JsonElement annotation) => annotation.ValueKind == JsonValueKind.Array && annotation.GetArrayLength() == 1
        ? new RowFields(annotation[0])
        : throw new RowException("an annotation is not a list of one sentence");

    private ISampleImage Photo(Row row, string number) =>
        extensions.Select(extension => images.Find(row, number + extension, view)).FirstOrDefault(image => image is not null)
            ?? throw new RowException("an image does not exist", $"{number}{string.Join('|', extensions)}");
}
