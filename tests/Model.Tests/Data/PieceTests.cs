using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Corpora;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Inference;

namespace MmiGrains.Model.Tests.Data;

/// <summary>How text and images are put together.</summary>
public sealed class PieceTests
{
    [Fact]
    public void Documents_read_as_the_inference_file_does()
    {
        // Whatever comes before or after: the text with placeholders is what an inference file's prompt says.
        var random = new Random(5);
        string[] words = ["a", " b", "c ", " ", "d e", " f "];
        for (var i = 0; i < 300; i++)
        {
            var sentences = Enumerable.Range(0, random.Next(1, 5)).Select(_ => words[random.Next(words.Length)]).ToArray();
            var images = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (Sentence: random.Next(sentences.Length), First: random.Next(2) == 0)).ToArray();
            var sample = new InferenceSample(sentences, [.. images.Select(_ => "x")], [.. images.Select(image => image.Sentence)], [.. images.Select(image => image.First)]) { Source = [] };
            var pieces = new PieceBuilder().Interleaved(sentences, [.. images.Select((image, n) => ((ISampleImage)new Named($"{n}"), image.Sentence, image.First))]).Build();

            Assert.Equal(sample.ToPrompt(1), string.Concat(pieces.Select(piece => piece is TextPiece text ? text.Text : "<|beginofimage|><|image|>")));
            Assert.Equal(Enumerable.Range(0, images.Length).Select(n => $"{n}"), pieces.OfType<ImagePiece>().Select(piece => piece.Image.ToString()));
            Assert.All(pieces.OfType<TextPiece>(), piece => Assert.NotEqual("", piece.Text));
        }
    }

    [Fact]
    public void A_space_between_question_and_answer_belongs_to_the_answer()
    {
        var pieces = new PieceBuilder().Text("Q: ", false).Text("what?", false).Text(" A: ", false).Text("this").Text(" one").Build();

        Assert.Equal([new TextPiece("Q: what? A:", false), new TextPiece(" this one")], pieces);
    }

    [Fact]
    public void A_space_beside_an_image_goes_even_before_another_kind_of_text()
    {
        var image = new Named("x");
        var pieces = new PieceBuilder().Image(image, false).Text(" ", false).Text("this ").Image(image).Text(" ").Build();

        Assert.Equal([new ImagePiece(image, false), new TextPiece("this"), new ImagePiece(image)], pieces);
    }

    [Fact]
    public void Nothing_is_no_sample() => Assert.Throws<RowException>(() => new PieceBuilder().Text("").Build());

    [Theory]
    [InlineData("a dog", "0 5 0 0 1 1 1", "<ref>a dog</ref><box>(000,000)(999,999)</box>")]
    [InlineData("see a dog run", "4 9 0.25 0.5 0.75 1", "see <ref>a dog</ref><box>(249,499)(749,999)</box> run")]
    [InlineData("a dog run", "0 9 0 0 1 1 1;0 5 0.1 0.1 0.2 0.2 1", "<ref>a dog run</ref><box>(000,000)(999,999)</box>")]
    [InlineData("ab", "1 2 0 0 1 1 1;0 1 0 0 0.5 0.5 1", "<ref>a</ref><box>(000,000)(499,499)</box><ref>b</ref><box>(000,000)(999,999)</box>")]
    [InlineData("😀 a dog 😀", "2 7 0 0 1 1 1", "😀 <ref>a dog</ref><box>(000,000)(999,999)</box> 😀")]
    [InlineData("ab", "0 2 -0.005 0 1.005 1 1", "<ref>ab</ref><box>(000,000)(999,999)</box>")]
    public void Boxes_follow_their_phrases(string caption, string phrases, string expected)
    {
        var boxes = phrases.Split(';').Select(phrase => (IReadOnlyList<double>)[.. phrase.Split(' ').Select(number => double.Parse(number, null))]);

        Assert.Equal(expected, Boxes.Insert(caption, boxes, 0));
    }

    private sealed class Named(string name) : ISampleImage
    {
        public RgbImage Load(int side) => throw new NotSupportedException();

        public override string ToString() => name;
    }
}
