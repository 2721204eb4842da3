using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

public class ReferenceTests
{
    private static readonly ReferenceCase[] Cases = TokenizerGolden.Reference.Cases;

    public static TheoryData<int> Texts => [.. Cases.Index().Where(item => item.Item.Kind is null).Select(item => item.Index)];

    public static TheoryData<int> Prefixes => [.. Cases.Index().Where(item => item.Item.Kind is not null).Select(item => item.Index)];

    [Theory, MemberData(nameof(Texts))]
    public void Trusted_text_has_the_references_ids_and_tokens(int index)
    {
        var recorded = Cases[index];
        var tokenizer = TokenizerGolden.Of(recorded);
        var ids = tokenizer.Encode(recorded.Text, addBos: true, SpecialTokenHandling.Recognize);
        Assert.Equal(recorded.Ids, ids);
        Assert.Equal(recorded.IdsWithoutBos, tokenizer.Encode(recorded.Text, addBos: false, SpecialTokenHandling.Recognize));
        Assert.Equal(recorded.Tokens, ids.Select(tokenizer.TokenText));
    }

    [Theory, MemberData(nameof(Texts))]
    public void Ids_decode_to_the_references_text(int index)
    {
        var recorded = Cases[index];
        var tokenizer = TokenizerGolden.Of(recorded);
        Assert.Equal(recorded.Decoded, tokenizer.Decode(recorded.Ids, skipSpecial: false));
        Assert.Equal(recorded.DecodedSkipSpecial, tokenizer.Decode(recorded.Ids, skipSpecial: true));
    }

    [Theory, MemberData(nameof(Prefixes))]
    public void Every_prefix_decodes_as_in_the_reference(int index)
    {
        var recorded = Cases[index];
        var tokenizer = TokenizerGolden.Of(recorded);
        Assert.Equal(recorded.Ids.Length + 1, recorded.PrefixDecoded.Length);
        for (var count = 0; count <= recorded.Ids.Length; count++)
        {
            Assert.Equal(recorded.PrefixDecoded[count], tokenizer.Decode(recorded.Ids[..count], skipSpecial: true));
            Assert.Equal(recorded.PrefixDecoded[count], tokenizer.Decode(recorded.Ids[..count], skipSpecial: false));
        }
    }

    [Fact]
    public void The_recording_is_all_there()
    {
        Assert.Equal(72, Texts.Count);
        Assert.Equal(6, Prefixes.Count);
        Assert.True(TokenizerGolden.SentencePiece.Encode.Length > 300);
        Assert.True(TokenizerGolden.SentencePiece.Decode.Length >= 150);
    }

    [Fact]
    public void Special_ids_follow_the_base_vocabulary()
    {
        var (special, grounding, size, _) = TokenizerGolden.Reference;
        var (plain, grounded) = (TokenizerGolden.Plain, TokenizerGolden.Grounded);
        Assert.All(special, token => Assert.Equal(token.Value, plain.SpecialId(token.Key)));
        Assert.All(grounding, token => Assert.Equal(token.Value, grounded.SpecialId(token.Key)));
        Assert.Equal((size + 2, size + 6), (plain.VocabularySize, grounded.VocabularySize));
        Assert.Equal((0, 1, 2, size - 1), (plain.Unknown, plain.BeginOfSequence, plain.EndOfSequence, plain.Pad));
        Assert.Equal((size, size + 1), (plain.BeginOfImage, plain.Image));
        Assert.Throws<ArgumentException>(() => plain.SpecialId("<box>"));
    }

    [Fact]
    public void Text_has_the_ids_that_sentencepiece_gives()
    {
        Assert.All(TokenizerGolden.SentencePiece.Encode, recorded =>
            Assert.Equal(recorded.Ids, TokenizerGolden.Plain.Encode(recorded.Text, addBos: false, SpecialTokenHandling.Literal)));
    }

    [Fact]
    public void Broken_bytes_decode_as_in_sentencepiece()
    {
        Assert.All(TokenizerGolden.SentencePiece.Decode, recorded =>
            Assert.Equal(recorded.Text, TokenizerGolden.Plain.Decode(recorded.Ids, skipSpecial: true)));
    }

    [Theory]
    [InlineData(" \u001C\u0085\u2003<|image|>\u3000\u001F x", "<|image|>x")]
    [InlineData("a\u200B <|image|> \u200Bb", "a\u200B<|image|>\u200Bb")]
    [InlineData("<|image|> \n <|image|>", "<|image|><|image|>")]
    public void White_space_that_touches_an_added_token_is_dropped(string text, string same)
    {
        Assert.Equal(Trusted(same), Trusted(text));
    }

    [Theory]
    [InlineData("a </s> b", "▁a", "▁", "</s>", "▁", "▁b")]
    [InlineData("<s> <|image|>", "<s>", "<|image|>")]
    [InlineData("<<s>>", "▁<", "<s>", "▁", ">")]
    [InlineData("<|image<|image|>|>", "▁<", "|", "image", "<|image|>", "▁|", ">")]
    [InlineData("<unk>", "<unk>")]
    public void Special_tokens_split_trusted_text(string text, params string[] tokens)
    {
        Assert.Equal(tokens, Trusted(text).Select(TokenizerGolden.Plain.TokenText));
    }

    private static int[] Trusted(string text) => TokenizerGolden.Plain.Encode(text, addBos: false, SpecialTokenHandling.Recognize);
}
