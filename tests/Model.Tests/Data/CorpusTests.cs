using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Tests.Imaging;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>What each format becomes.</summary>
public sealed class CorpusTests
{
    private const string AllImagesAfter = """{"shuffle_window": 1, "keep_single_image": 1, "image_first": 0}""";

    [Theory]
    [InlineData("mmc4 lines", AllImagesAfter, 0, "mmc4/docs_shard_0_v2.jsonl:1", "Document a0 says thing 0.[red.png]Document a0 says thing 1. Document a0 says thing 2.")]
    [InlineData("mmc4 zip", AllImagesAfter, 6, "mmc4/docs_shard_1_v2.jsonl.zip/docs_shard_1_v2.jsonl:7", "Document b6 says thing 0.[green.jpg]Document b6 says thing 1.[white.png]Document b6 says thing 2.[blue.png]")]
    [InlineData("mmc4 zip", AllImagesAfter, 7, "mmc4/docs_shard_1_v2.jsonl.zip/docs_shard_2_v2.jsonl:1", "Document c0 says thing 0.[red.png]Document c0 says thing 1. Document c0 says thing 2.")]
    [InlineData("mmc4 shard", """{"shuffle_window": 1, "image_first": 1}""", 1, "mmc4/shard-000000.tar, part/000001", "[000001.0.png]Document t1 says thing 0.[000001.1.png]Document t1 says thing 1. Document t1 says thing 2. Document t1 says thing 3.")]
    [InlineData("pairs lines", """{"shuffle_window": 1, "image_first": 1}""", 9, "pairs/pairs.jsonl:10", "[blue.png]A blue square, number 9")]
    [InlineData("pairs lines", """{"shuffle_window": 1, "image_first": 0, "lowercase": true}""", 0, "pairs/pairs.jsonl:1", "a red square, number 0[red.png]")]
    [InlineData("pairs python", """{"shuffle_window": 1, "image_first": 0}""", 2, "pairs/0000001.txt:3", "it's \"both\"[yellow.png]")]
    [InlineData("pairs shard", """{"shuffle_window": 1, "image_first": 0}""", 1, "pairs/shard-000000.tar, 00001", "text caption 1[00001.png]")]
    [InlineData("pairs shard", """{"shuffle_window": 1, "image_first": 0}""", 3, "pairs/shard-000000.tar, 00003", "json caption 3[00003.png]")]
    [InlineData("coco", """{"shuffle_window": 1}""", 3, "coco/captions_tiny.json:1", "([blue.png])(a photo of) A blue square caption 3")]
    [InlineData("coco", """{"shuffle_window": 1, "prompt": "{caption}{image}"}""", 3, "coco/captions_tiny.json:1", "A blue square caption 3[blue.png]")]
    [InlineData("vqa", """{"shuffle_window": 1}""", 0, "vqa/annotations.json:1", "(Based on the image, please answer the question.)([COCO_train2014_000000000003.jpg])(What colour is number 11? Please provide an accurate answer within one word. The answer is:) cyan")]
    [InlineData("vizwiz", """{"shuffle_window": 1, "prompt": "{image}Q: {question} A: {answer}"}""", 2, "vqa/vizwiz.json:28", "([yellow.png])(Q: What is this, 2? A:) yellow")]
    [InlineData("refcoco", """{"shuffle_window": 1}""", 1, "grounding/refcoco.jsonl:2", "([blue.png])(Provide the bounding box coordinate of the region this sentence describes. <ref>the thing 1</ref>)<box>(249,124)(749,780)</box>")]
    [InlineData("referring", """{"shuffle_window": 1}""", 0, "grounding/refcoco.jsonl:1", "([red.png])(Provide a short description for this <ref>region</ref><box>(000,124)(499,780)</box>.) the thing 0")]
    [InlineData("grit", """{"shuffle_window": 1}""", 0, "grounding/grit.jsonl:1", "([red.png])(Generate the caption with grounding.) <ref>a dog</ref><box>(099,199)(499,599)</box><box>(599,199)(799,599)</box> in <ref>a field of flowers</ref><box>(000,499)(999,999)</box>")]
    [InlineData("grit", """{"shuffle_window": 1, "confidence": 0.85}""", 0, "grounding/grit.jsonl:1", "([red.png])(Generate the caption with grounding.) <ref>a dog</ref><box>(099,199)(499,599)</box> in a field of flowers")]
    [InlineData("flickr30k", """{"shuffle_window": 1, "prompt": "{caption}{image}"}""", 5, "flickr30k/test.json:7", "caption 0 of 5[grey.png]")]
    [InlineData("nocaps", """{"shuffle_window": 1}""", 8, "nocaps/nocaps_tiny.json:10", "([red.png])(a photo of) a picture of thing 8.")]
    [InlineData("nocaps", """{"shuffle_window": 1, "domain": ["near-domain"], "lowercase": false}""", 1, "nocaps/nocaps_tiny.json:6", "([white.png])(a photo of) A Picture Of Thing 4.")]
    [InlineData("paragraphs", """{"shuffle_window": 1}""", 6, "paragraphs/paragraphs_coco.json:8", "([green.jpg])(Please describe the image in detail. The image depicts) There is a square. It is number 6.")]
    [InlineData("paragraphs", """{"shuffle_window": 1, "split_ids": "paragraphs/test_split.json"}""", 1, "paragraphs/paragraphs_coco.json:6", "([white.png])(Please describe the image in detail. The image depicts) There is a square. It is number 4.")]
    [InlineData("lncoco", """{"shuffle_window": 1}""", 8, "lncoco/coco_val_captions.jsonl:9", "In this image I can see thing 8. It is a square.[COCO_train2014_000000000003.jpg]")]
    [InlineData("visdial", """{"shuffle_window": 1}""", 1, "visdial/visdial_tiny.json:3", "([COCO_train2014_000000000001.jpg])(caption: a square, number 1. question: what is thing 2? answer:) it is blue.( question: what is thing 3? answer:) it is white.( question: what is thing 4? answer:) it is a gradient")]
    [InlineData("visdial dense", """{"shuffle_window": 1}""", 2, "visdial/visdial_tiny.json:4", "([COCO_train2014_000000000002.jpg])(caption: a square, number 2. question: what is thing 4? answer: it is yellow. question: what is thing 5? answer: it is grey. question: what is thing 6? answer:) yes")]
    [InlineData("visdial dense", """{"shuffle_window": 1, "history": "reference", "round_prompt": "Q: {question} A: {answer}"}""", 2, "visdial/visdial_tiny.json:4", "([COCO_train2014_000000000002.jpg])(caption: a square, number 2. Q: what is thing 4 A: it is yellow. Q: what is thing 6 A:) yes")]
    [InlineData("refs", """{"shuffle_window": 1}""", 7, "grounding/refs.jsonl:8", "([wide.jpg])(Provide the bounding box coordinate of the region this sentence describes. <ref>the sent 7</ref>)<box>(291,124)(624,749)</box>")]
    [InlineData("regions", """{"shuffle_window": 1}""", 2, "grounding/regions.json:4", "([yellow.png])(Provide a short description for this <ref>region</ref><box>(124,124)(624,749)</box>.) region 2")]
    [InlineData("region vqa", """{"shuffle_window": 1}""", 4, "grounding/region_vqa.jsonl:5", "([white.png])(Answer this question according to the <ref>region</ref><box>(249,124)(749,749)</box>. What is it, 4?) thing 4")]
    [InlineData("grounded captions", """{"shuffle_window": 1}""", 7, "grounding/grounded.jsonl:8", "([wide.jpg])(Generate the caption with grounding.) <ref>A square</ref><box>(291,124)(624,749)</box><box>(000,000)(666,999)</box> on <ref>white</ref><box>(020,249)(333,499)</box>.")]
    [InlineData("segmentation", """{"shuffle_window": 1}""", 1, "segmentation/ade.jsonl:2", "([classes.png])(scene 1.)[blue.png]")]
    [InlineData("stories", """{"shuffle_window": 1, "image_first": 0}""", 0, "stories/stories.jsonl:1", "Story 0, frame 0.[red.png]Story 0, frame 1.[blue.png]Story 0, frame 2.[yellow.png]")]
    [InlineData("stories", """{"shuffle_window": 1, "image_first": 0, "context": "multi_modal"}""", 0, "stories/stories.jsonl:1", "(Story 0, frame 0.)([red.png])(Story 0, frame 1.)([blue.png])(Story 0, frame 2.)[yellow.png]")]
    [InlineData("stories", """{"shuffle_window": 1, "image_first": 1, "context": "multi_modal", "target": "text"}""", 0, "stories/stories.jsonl:1", "([red.png])(Story 0, frame 0.)([blue.png])(Story 0, frame 1.)([yellow.png])Story 0, frame 2.")]
    [InlineData("stories", """{"shuffle_window": 1, "context": "image_only"}""", 0, "stories/stories.jsonl:1", "([red.png])([blue.png])[yellow.png]")]
    [InlineData("stories", """{"shuffle_window": 1, "context": "text_only", "image_first": 0}""", 0, "stories/stories.jsonl:1", "(Story 0, frame 0. Story 0, frame 1. Story 0, frame 2.)[yellow.png]")]
    [InlineData("stories", """{"shuffle_window": 1, "context": "text_only", "target": "text", "image_first": 0}""", 0, "stories/stories.jsonl:1", "(Story 0, frame 0. Story 0, frame 1.) Story 0, frame 2.")]
    [InlineData("vist", """{"shuffle_window": 1, "context": "current", "target": "text"}""", 3, "stories/train.story-in-sequence.json:1", "([900.png])Photo 3 of story 3.")]
    [InlineData("vist", """{"shuffle_window": 1}""", 3, "stories/train.story-in-sequence.json:1", "Photo 0 of story 3.[903.png]Photo 1 of story 3.[904.png]Photo 2 of story 3.[905.png]Photo 3 of story 3.[900.png]")]
    [InlineData("llava list", """{"shuffle_window": 1}""", 1, "llava/llava.json:16", "(USER: What is in picture 1, round 0?)([blue.png])(ASSISTANT:) Answer 1.0( USER: What is in picture 1, round 1? ASSISTANT:) Answer 1.1")]
    [InlineData("llava lines", """{"shuffle_window": 1, "system": "Be brief."}""", 2, "llava/llava.jsonl:3", "(Be brief. USER:)([yellow.png])(What is in picture 2, round 0? ASSISTANT:) Answer 2.0")]
    [InlineData("llava lines", """{"shuffle_window": 1}""", 8, "llava/llava.jsonl:9", "(USER: What is two and two? ASSISTANT:) Answer 8.0")]
    [InlineData("annt", """{"shuffle_window": 1}""", 0, "annt.json:2", "[red.png]Hello 0. And more.[blue.png]")]
    [InlineData("annt", """{"shuffle_window": 1}""", 5, "annt.json:92", "Only text.")]
    public void A_row_becomes_this_sample(string name, string options, int index, string place, string expected)
    {
        var sample = FirstEpoch(name, options)[index];

        Assert.Equal(expected, sample.Describe());
        Assert.Equal(place, sample.Place());
        Assert.Equal(Config(name).Name, sample.Dataset);
    }

    [Theory]
    [InlineData("mmc4 lines", 9)]
    [InlineData("mmc4 zip", 12)]
    [InlineData("mmc4 shard", 5)]
    [InlineData("pairs lines", 13)]
    [InlineData("pairs python", 8)]
    [InlineData("pairs shard", 11)]
    [InlineData("coco", 14)]
    [InlineData("karpathy", 4)]
    [InlineData("vqa", 12)]
    [InlineData("vizwiz", 6)]
    [InlineData("refcoco", 10)]
    [InlineData("grit", 6)]
    [InlineData("flickr30k", 8)]
    [InlineData("nocaps", 10)]
    [InlineData("paragraphs", 8)]
    [InlineData("lncoco", 11)]
    [InlineData("visdial", 9)]
    [InlineData("visdial dense", 8)]
    [InlineData("refs", 8)]
    [InlineData("regions", 8)]
    [InlineData("region vqa", 8)]
    [InlineData("grounded captions", 8)]
    [InlineData("segmentation", 7)]
    [InlineData("stories", 8)]
    [InlineData("vist", 6)]
    [InlineData("llava list", 9)]
    [InlineData("llava lines", 9)]
    [InlineData("annt", 6)]
    public void Every_row_of_a_corpus_is_read(string name, int count)
    {
        var problems = new RowProblems(isStrict: true);
        var options = name.StartsWith("mmc4", StringComparison.Ordinal) ? AllImagesAfter : """{"shuffle_window": 1}""";

        Assert.Equal(count, FirstEpoch(name, options, problems: problems).Count);
        Assert.Equal(count + 1, problems.Ledgers[0].SampleCount); // and the next epoch's first
        Assert.Equal(0, problems.Ledgers[0].SkippedCount);
    }

    [Theory]
    [MemberData(nameof(SingleNames), MemberType = typeof(SampleCorpora))]
    public void Every_image_of_a_corpus_can_be_loaded(string name)
    {
        var images = FirstEpoch(name).SelectMany(sample => sample.Pieces).OfType<ImagePiece>().ToList();

        Assert.NotEmpty(images);
        Assert.All(images, piece => Assert.Equal((12, 12), (piece.Image.Load(12).Width, piece.Image.Load(12).Height)));
    }

    [Fact]
    public void Python_rows_are_noted_and_mean_what_Python_means()
    {
        var problems = new RowProblems();
        using var stream = Open("pairs python", """{"shuffle_window": 1, "image_first": 0}""", problems: problems);
        var captions = stream.Take(8).Select(sample => ((TextPiece)sample.Pieces[0]).Text);

        Assert.Equal(["It's red", "a \"blue\" one", "it's \"both\"", "tab\there", "Cléo 😀", "back\\slash", "new\nline", "plain"], captions);
        Assert.Equal("pairs: noted: 8 rows are Python dictionaries instead of JSON", Assert.Single(problems.Summaries));
    }

    [Fact]
    public void Images_that_fit_their_sentence_badly_are_left_out()
    {
        var loose = FirstEpoch("mmc4 lines", """{"shuffle_window": 1, "keep_single_image": 1, "similarity": 0}""");
        var tight = FirstEpoch("mmc4 lines", """{"shuffle_window": 1, "keep_single_image": 1, "similarity": 0.34}""");

        Assert.Equal(21, loose.Sum(Images)); // 1 + k % 4 images in document k of 9, all of at least 0.25
        Assert.Equal(10, tight.Sum(Images)); // those of 0.35 and 0.4 alone
        Assert.Equal(6, tight.Count);

        static int Images(DataSample sample) => sample.Pieces.Count(piece => piece is ImagePiece);
    }

    [Fact]
    public void A_document_keeps_so_many_images_by_chance_and_in_order()
    {
        using var stream = Open("mmc4 lines", """{"shuffle_window": 1, "max_images": 2, "keep_single_image": 1, "image_first": 0}""");
        var whole = FirstEpoch("mmc4 lines", AllImagesAfter)[3].Describe();
        var kept = stream.Take(9 * 40).Where(sample => sample.Origin.EndsWith(":4", StringComparison.Ordinal)).Select(sample => sample.Describe()).ToList();

        Assert.Equal(40, kept.Count);
        Assert.Equal(6, kept.Distinct().Count()); // two of four images
        Assert.All(kept, document => Assert.Equal(2, document.Count(letter => letter == '[')));
        Assert.All(kept, document => Assert.Equal(Order(document).OrderBy(image => whole.IndexOf(image, StringComparison.Ordinal)), Order(document)));

        static IEnumerable<string> Order(string document) => document.Split('[')[1..].Select(part => $"[{part.Split(']')[0]}]");
    }

    [Fact]
    public void Half_of_the_documents_with_one_image_are_kept()
    {
        var problems = new RowProblems();
        using var stream = (SampleStream)Open("mmc4 lines", problems: problems);
        while (stream.Epoch < 200)
        {
            stream.Next();
        }

        // Of nine documents three have one image: 600 in 200 epochs.
        Assert.InRange(problems.Ledgers[0].PassedOver.Values.Sum(), 250, 350);
        Assert.Empty(problems.Ledgers[0].Skipped);
    }

    [Theory]
    [InlineData("stories", 0.5)]
    [InlineData("pairs lines", 0.5)]
    [InlineData("pairs lines", 0.1)]
    public void Images_come_first_as_often_as_wanted(string name, double share)
    {
        using var stream = Open(name, FormattableString.Invariant($$"""{"image_first": {{share}}}"""));

        Assert.InRange(stream.Take(2000).Count(sample => sample.Pieces[0] is ImagePiece) / 2000.0, share - 0.05, share + 0.05);
    }

    [Fact]
    public void Other_splits_are_left_out_by_rule_and_captions_change_from_epoch_to_epoch()
    {
        var problems = new RowProblems(isStrict: true);
        using var stream = Open("karpathy", """{"split": ["val"]}""", problems: problems);
        var samples = stream.Take(60);

        Assert.Equal(10, samples.Select(sample => sample.Describe()).Distinct().Count()); // five sentences of each of two images
        Assert.Equal(["is of another split"], problems.Ledgers[0].PassedOver.Keys);
    }

    [Theory]
    [InlineData("nocaps", 8)]
    [InlineData("lncoco", 8)]
    public void One_caption_of_each_image_can_be_had(string name, int images)
    {
        var problems = new RowProblems(isStrict: true);
        var samples = FirstEpoch(name, """{"shuffle_window": 3, "one_per_image": true}""", problems: problems);
        var inOrder = samples.OrderBy(sample => sample.Place(), StringComparer.Ordinal).Select(sample => sample.Describe());

        Assert.Equal(FirstEpoch(name).Take(images).Select(sample => sample.Describe()), FirstEpoch(name, """{"shuffle_window": 1, "one_per_image": true}""").Select(sample => sample.Describe()));
        Assert.Equal(images, inOrder.Distinct().Count());
        Assert.Equal(["is not the first of its image"], problems.Ledgers[0].PassedOver.Keys);
    }

    [Fact]
    public void One_of_several_captions_is_drawn_in_each_epoch()
    {
        using var stream = Open("flickr30k");

        Assert.Equal(24, stream.Take(8 * 20).Select(sample => sample.Describe()).Distinct().Count());
    }

    [Fact]
    public void An_answer_comes_with_its_options_and_what_people_thought_of_them()
    {
        var choice = ((TextPiece)FirstEpoch("visdial dense")[1].Pieces[^1]).Choice!;
        Assert.Equal(["it is grey", "it is white", "it is a gradient", "yes"], choice.Options);
        Assert.Equal(1, choice.Target);
        Assert.Equal([0.25, 0, 0.75, 0.5], choice.Relevance);

        // Where every answer is trained they come when they are wanted, relevances with the round that was judged.
        var pieces = FirstEpoch("visdial", """{"shuffle_window": 1, "options": true, "relevance": "visdial/dense_annotations.json"}""")[1].Pieces.OfType<TextPiece>();
        var choices = pieces.Where(piece => piece.IsTrained).Select(piece => piece.Choice!).ToList();
        Assert.Equal([1, 1, 2], choices.Select(answer => answer.Target));
        Assert.Equal([null, [0.25, 0, 0.75, 0.5], null], choices.Select(answer => answer.Relevance));
        Assert.All(FirstEpoch("visdial").SelectMany(sample => sample.Pieces).OfType<TextPiece>(), piece => Assert.Null(piece.Choice));
    }

    [Fact]
    public void A_box_below_the_confidence_is_left_out_by_rule()
    {
        using var folder = new TemporaryFolder();
        var image = Path.GetFullPath(Path.Combine(Folder, "images"));
        File.WriteAllLines(folder.File("rows.jsonl"), new[] { 0.2, 0.7 }.Select(confidence => FormattableString.Invariant(
            $$"""{"image": "red.png", "sent": "it", "bbox": [0, 0, 8, 8], "confidence": {{confidence}}}""")));
        var problems = new RowProblems(isStrict: true);
        using var stream = DatasetCatalog.Open(
            DatasetConfig.Parse($$"""{"kind": "grounding", "files": "rows.jsonl", "images": "{{image}}", "text_field": "sent", "confidence": 0.5, "shuffle_window": 1}""", folder.Path, "test"), 1, problems);

        Assert.EndsWith(":2", stream.Next().Origin, StringComparison.Ordinal);
        Assert.Equal(["its box is not confident enough"], problems.Ledgers[0].PassedOver.Keys);
    }

    [Fact]
    public void A_class_map_is_shown_in_colours_and_stretched_images_are_whole()
    {
        var map = (ImagePiece)FirstEpoch("segmentation")[0].Pieces[0];
        Assert.Equal((128, 0, 0), map.Image.Load(16).At(0, 0)); // class 1
        Assert.Equal((128, 0, 128), map.Image.Load(16).At(15, 15)); // class 5
        Assert.False(map.IsTrained);

        var plain = (ImagePiece)FirstEpoch("segmentation", """{"shuffle_window": 1, "map_colors": "as_stored"}""")[0].Pieces[0];
        Assert.Equal((5, 5, 5), plain.Image.Load(16).At(15, 15));
    }

    [Theory]
    [InlineData("pororo", 3)]
    [InlineData("flintstones", 3)]
    public void One_of_a_pictures_frames_is_drawn(string name, int count)
    {
        using var stream = Open(name);
        var seen = stream.Take(30).SelectMany(sample => sample.Pieces).OfType<ImagePiece>().Select(piece => piece.Image.Load(6).At(3, 3)).ToHashSet();

        Assert.Equal(count, seen.Count);
        var again = Open(name).Next().Pieces.OfType<ImagePiece>().First().Image;
        Pictures.AssertEqual(again.Load(6), again.Load(6));
    }
}
