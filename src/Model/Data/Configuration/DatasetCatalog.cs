using MmiGrains.Model.Data.Corpora;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>Every kind of data set there is, and their opening.</summary>
public static class DatasetCatalog
{
    /// <summary>The kinds; a new one is a line here.</summary>
    public static IReadOnlyList<DatasetKind> Kinds { get; } =
    [
        DatasetKind.OfRows("mmc4", "documents with images (MMC4), as .jsonl, .jsonl.zip or .tar", Mmc4Corpus.Define),
        DatasetKind.OfRows("pairs", "an image and its caption per row, as .jsonl or .txt, or webdataset .tar", PairCorpus.Define),
        DatasetKind.OfRows("coco", "COCO captions, one per annotation", config => CocoCorpus.Define(config)),
        DatasetKind.OfRows("coco_karpathy", "COCO captions in Karpathy's splits, one of each image's in each epoch", KarpathyCorpus.Define),
        DatasetKind.OfRows("flickr30k", "Flickr30k captions in COCO's format, in small letters", config => CocoCorpus.Define(config, isLowercase: true)),
        DatasetKind.OfRows("nocaps", "nocaps captions, in small letters, by domains", config => CocoCorpus.Define(config, isLowercase: true)),
        DatasetKind.OfRows("image2paragraph", "a paragraph about each image of Visual Genome", ParagraphCorpus.Define),
        DatasetKind.OfRows("lncoco", "localized narratives of COCO's images, an image to paint for each", NarrativeCorpus.Define),
        DatasetKind.OfRows("vqa", "questions about images: VQA v2, OK-VQA, TextVQA, VizWiz", VqaCorpus.Define),
        DatasetKind.OfRows("visdial", "VisDial 1.0's dialogs about images, answers with their options", VisDialCorpus.Define),
        DatasetKind.OfRows("grounding", "expressions and boxes: RefCOCO-like rows, questions about regions, captions with boxes", GroundingCorpus.Define),
        DatasetKind.OfRows("segmentation", "a class map to read and the image to paint, ADE20K-like", SegmentationCorpus.Define),
        DatasetKind.OfRows("stories", "frames with texts, as {\"story_id\", \"frames\": [{\"image\", \"text\"}]}", StoryCorpus.Define),
        DatasetKind.OfRows("vist", "VIST's stories in sequence (its sis .json)", VistCorpus.Define),
        DatasetKind.OfRows("llava", "instructions: conversations between human and gpt about images", ConversationCorpus.Define),
        DatasetKind.OfRows("annt", "the inference file's samples, as documents", AnntCorpus.Define),
        new DatasetKind("scenes", "the small world of drawn scenes and its thirteen tasks", SceneKind.Open),
        new DatasetKind("mix", "several data sets, drawn by weights", MixtureKind.Open),
    ];

    internal static string KindNames => string.Join(", ", Kinds.Select(kind => kind.Name));

    /// <summary>Opens a data set, or a mixture of several.</summary>
    /// <param name="config">What.</param>
    /// <param name="seed">Of every order and every chance.</param>
    /// <param name="problems">Where rows that cannot be used are accounted for.</param>
    /// <exception cref="DataException">The kind or an option is unknown, or a file is missing.</exception>
    public static ISampleStream Open(DatasetConfig config, long seed, RowProblems problems) => Open(config, new DatasetContext(seed, problems));

    /// <summary>The same, for one of several ranks.</summary>
    /// <exception cref="DataException">The kind or an option is unknown, or a file is missing.</exception>
    public static ISampleStream Open(DatasetConfig config, DatasetContext context)
    {
        var stream = Find(config).Open(config, context);
        try
        {
            config.Options.RefuseOthers();
            return stream;
        }
        catch (DataException)
        {
            stream.Dispose();
            throw;
        }
    }

    internal static DatasetKind Find(DatasetConfig config) => Kinds.FirstOrDefault(kind => kind.Name == config.Kind)
        ?? throw new DataException($"{config.Place}: there is no kind '{config.Kind}'; there are {KindNames}.");
}
