using System.Text.Json.Nodes;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Inference;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Inference;

/// <summary>The reference's inference file, read and run.</summary>
[Collection(SharedModelCollection.Name)]
public sealed class InferenceTests(SharedModel golden)
{
    private static readonly InferenceOptions Quick = new()
    {
        Text = new() { Sample = false, MaxNewTokens = 6, MinLength = 3 },
        Image = new(2, 7.5),
        ForceImageNext = true,
        IterationCount = 3,
    };

    [Theory]
    [InlineData("not json", "is not JSON")]
    [InlineData("{}", "must hold a list of samples")]
    [InlineData("[3]", "sample 0: must be an object")]
    [InlineData("""[{"sentences": "a"}]""", "field 'sentences': must be a list")]
    [InlineData("""[{"sentences": ["a"], "images": ["x.png"], "sentence_ixs": [], "image_first": [true]}]""", "field 'sentence_ixs': must list one sentence for each of 1 images; it lists 0")]
    [InlineData("""[{"sentences": ["a"], "images": ["x.png"], "sentence_ixs": [1], "image_first": [true]}]""", "field 'sentence_ixs': must be 0 to 0; it is 1")]
    [InlineData("""[{"sentences": ["a"], "generate_mode": "sing"}]""", "field 'generate_mode': must be one of generate_texts, generate_images; it is 'sing'")]
    [InlineData("""[{"sentences": ["a"], "num_iter": 0}]""", "field 'num_iter': must be 1 to 1000; it is 0")]
    [InlineData("""[{"sentences": [7]}]""", "field 'sentences': entry 0 must be a text")]
    public void A_malformed_file_gets_one_sentence(string content, string expected)
    {
        var path = Write(content);

        var error = Assert.Throws<InferenceException>(() => InferenceFile.Read(path));

        Assert.StartsWith($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_holds_its_images_without_spaces_around_them()
    {
        var sample = Sample("""[{"sentences": ["a cat", "a dog"], "images": ["1", "2"], "sentence_ixs": [0, 1], "image_first": [true, false]}]""");

        Assert.Equal("<|beginofimage|><|image|><|image|>a cat a dog<|beginofimage|><|image|><|image|>", sample.ToPrompt(2));
    }

    [Fact]
    public void Text_first_alternates_text_and_images()
    {
        var sample = Sample("""[{"sentences": ["a cat"], "images": ["odd.png"], "sentence_ixs": [0], "image_first": [true]}]""");

        var (results, pictures) = Run(sample, Quick);

        Assert.Equal(3, results.Count);
        Assert.Equal("1.png", results[1]);
        var picture = new ImageProcessor().Decode(Assert.Single(pictures), DecodePolicy.Raw);
        Assert.Equal((128, 128), (picture.Width, picture.Height));
    }

    [Fact]
    public void Image_first_paints_the_place_holder_and_goes_on_with_text()
    {
        var sample = Sample("""[{"sentences": ["a cat"], "images": ["odd.png", "missing.png"], "sentence_ixs": [0, 0], "image_first": [true, false], "generate_mode": "generate_images", "num_iter": 2}]""");

        var (results, pictures) = Run(sample, Quick);

        Assert.Equal(2, results.Count);
        Assert.Equal("0.png", results[0]);
        Assert.Single(pictures);
    }

    [Fact]
    public void Text_alone_needs_no_image()
    {
        var (results, _) = Run(Sample("""[{"sentences": ["a cat"]}]"""), Quick with { ForceImageNext = false, IterationCount = 1 });

        Assert.Single(results);
    }

    [Fact]
    public void Scripted_text_takes_the_place_of_the_models()
    {
        var sample = Sample("""[{"sentences": ["a cat"], "multiround_context": ["a dog", ""]}]""");
        var scripted = Quick with { ReplaceText = true, ForceImageNext = false, IterationCount = 2 };

        var (replaced, _) = Run(sample, scripted);
        var (own, _) = Run(sample, scripted with { ReplaceText = false });

        Assert.Equal(own[0], replaced[0]);
        Assert.NotEqual(own[1], replaced[1]);
    }

    private (IReadOnlyList<string> Results, List<byte[]> Pictures) Run(InferenceSample sample, InferenceOptions options)
    {
        var pictures = new List<byte[]>();
        var results = new InferenceRunner(golden.Model, TinyTokenizer(), options).Run(
            sample,
            path => File.OpenRead(Golden.Path("imaging", path)),
            (turn, png) =>
            {
                pictures.Add(png);
                return $"{turn}.png";
            });
        return (results, pictures);
    }

    // The recorded model's vocabulary is smaller than any real tokenizer: the shipped pieces are cut down to its 320 rows.
    private static LlamaTokenizer TinyTokenizer() => TinyVocabulary.Load(320);

    private static InferenceSample Sample(string json) => Assert.Single(InferenceFile.Read(Write(json)));

    private static string Write(string content)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mmi-").FullName, "annt.json");
        File.WriteAllText(path, content);
        return path;
    }
}
