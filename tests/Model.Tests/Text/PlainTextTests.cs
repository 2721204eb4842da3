using System.Diagnostics;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

public class PlainTextTests
{
    private static readonly LlamaTokenizer Tokenizer = TokenizerGolden.Grounded;

    [Fact]
    public void Any_text_survives_encoding_and_decoding()
    {
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var text = RandomText.Next(random, 40);
            var back = Tokenizer.Decode(Literal(text), skipSpecial: round % 2 == 0);

            // U+2581 is the mark for a space, in the reference too.
            Assert.Equal(text.Replace('\u2581', ' '), back);
        }
    }

    [Fact]
    public void Merging_agrees_with_a_search_for_the_best_pair_at_every_step()
    {
        var random = new Random(12);
        var slow = new SlowMerger(Tokenizer);
        string[] fragments = ["a", "l", " ", "  ", "-", "s", "the", "ing", "*", "</", "0x", "日", "\n", "t", "e"];
        for (var round = 0; round < 1500; round++)
        {
            var text = round % 3 == 0 ? RandomText.Next(random, 30) : RandomText.Next(random, 40, fragments);
            Assert.Equal(slow.Encode(text), Literal(text));
        }
    }

    [Fact]
    public void Literal_text_yields_no_special_id()
    {
        var random = new Random(13);
        string[] fragments =
        [
            "<", ">", "|", "/", "s", "<s>", "</s>", "<unk>", "<|image|>", "<|beginofimage|>", "<|", "|>", "image", "beginofimage",
            "<ref>", "</ref>", "<box>", "</box>", "ref", "box", "unk", " ", "\n", "<0x00>", "<0x0A>", "<0x", "0A>", "</", "é",
            "\uFF5C", "\0",
        ];
        for (var round = 0; round < 5000; round++)
        {
            var text = RandomText.Next(random, 16, fragments);
            var ids = Literal(text);
            Assert.DoesNotContain(ids, Tokenizer.IsSpecial);
            Assert.Equal(text, Tokenizer.Decode(ids, skipSpecial: true));
        }
    }

    [Fact]
    public void Lone_surrogates_are_read_as_replacement_characters()
    {
        Assert.Equal(Literal("a\uFFFDb\uFFFD"), Literal("a\uD83Db\uDE42"));
        Assert.Equal(Literal("\uFFFD\uFFFD🙂\uFFFD"), Literal("\uDE42\uD83D🙂\uD83D"));
    }

    [Fact]
    public void Empty_text_is_no_token_and_begins_a_sequence_where_asked()
    {
        Assert.Empty(Literal(""));
        Assert.Equal([1], Tokenizer.Encode("", addBos: true, SpecialTokenHandling.Literal));
        Assert.Equal([1], Tokenizer.Encode("", addBos: true, SpecialTokenHandling.Recognize));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1206)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_id_of_another_vocabulary_is_refused(int id)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.TokenText(id));
        Assert.Contains("between 0 and 1205", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([5, id], skipSpecial: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([5, id], skipSpecial: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IncrementalDetokenizer(Tokenizer).Append(id));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("the")]
    [InlineData("thesmallredstarisleftofthebigbluecircle")]
    [InlineData("The small red star is left of the big blue circle. ")]
    [InlineData("日本語")]
    [InlineData("<|image")]
    public void A_megabyte_is_encoded_in_moments(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, (1 << 20) / repeated.Length));
        var clock = Stopwatch.StartNew();
        var ids = Tokenizer.Encode(text, addBos: false, SpecialTokenHandling.Recognize);
        var elapsed = clock.Elapsed;
        Assert.Equal(text, Tokenizer.Decode(ids, skipSpecial: true));
        Assert.True(elapsed < TimeSpan.FromSeconds(15), $"{elapsed} for {text.Length} characters of '{repeated}'.");
    }

    private static int[] Literal(string text) => Tokenizer.Encode(text, addBos: false, SpecialTokenHandling.Literal);
}
