using System.Text;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

public class IncrementalDetokenizerTests
{
    private static readonly LlamaTokenizer Tokenizer = TokenizerGolden.Grounded;

    [Fact]
    public void Streaming_every_recorded_text_gives_the_references_text()
    {
        foreach (var recorded in TokenizerGolden.Reference.Cases)
        {
            var pieces = Stream(TokenizerGolden.Of(recorded), recorded.Ids);
            Assert.Equal(recorded.DecodedSkipSpecial ?? recorded.PrefixDecoded[^1], string.Concat(pieces));
        }
    }

    [Fact]
    public void Streaming_broken_bytes_gives_sentencepieces_text()
    {
        Assert.All(TokenizerGolden.SentencePiece.Decode, recorded =>
            Assert.Equal(recorded.Text, string.Concat(Stream(Tokenizer, recorded.Ids))));
    }

    [Fact]
    public void Only_what_can_no_longer_change_is_shown()
    {
        foreach (var recorded in TokenizerGolden.Reference.Cases.Where(item => item.Kind is not null))
        {
            var detokenizer = new IncrementalDetokenizer(TokenizerGolden.Of(recorded));
            var shown = "";
            for (var count = 1; count <= recorded.Ids.Length; count++)
            {
                shown += detokenizer.Append(recorded.Ids[count - 1]);
                Assert.Equal(recorded.PrefixDecoded[count].TrimEnd('\uFFFD'), shown);
            }

            Assert.Equal("", detokenizer.Flush());
        }
    }

    [Fact]
    public void Streaming_random_ids_gives_the_text_of_the_whole()
    {
        var random = new Random(31);
        for (var round = 0; round < 5000; round++)
        {
            var ids = RandomText.Ids(random, 40, Tokenizer.VocabularySize);
            var pieces = Stream(Tokenizer, ids);
            Assert.Equal(SlowDecode(ids), string.Concat(pieces));
            Assert.Equal(SlowDecode(ids), Tokenizer.Decode(ids, skipSpecial: true));
            Assert.All(pieces, AssertWellFormed);
        }
    }

    [Fact]
    public void Streaming_encoded_text_shows_no_replacement_character()
    {
        var random = new Random(32);
        for (var round = 0; round < 2000; round++)
        {
            var text = RandomText.Next(random, 30).Replace("\uFFFD", "").Replace('\u2581', ' ');
            var pieces = Stream(Tokenizer, Tokenizer.Encode(text, addBos: true, SpecialTokenHandling.Literal));
            Assert.All(pieces, piece => Assert.DoesNotContain('\uFFFD', piece));
            Assert.Equal(text, string.Concat(pieces));
            Assert.Equal("", pieces[^1]);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x99, 0x82 }, "|||🙂|")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x41 }, "||\uFFFD\uFFFDA|")]
    [InlineData(new byte[] { 0xE2, 0xE2, 0x82, 0xAC }, "|\uFFFD||€|")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x99 }, "|||\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "|\uFFFD\uFFFD|\uFFFD|")]
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBD }, "||\uFFFD|")]
    [InlineData(new byte[] { 0xC0, 0x80, 0xFF }, "\uFFFD|\uFFFD|\uFFFD|")]
    [InlineData(new byte[] { 0xF4, 0x90, 0xC3, 0xA9 }, "|\uFFFD\uFFFD||é|")]
    public void Bytes_are_shown_when_they_are_a_character_or_can_no_longer_be_one(byte[] bytes, string pieces)
    {
        Assert.Equal(pieces, string.Join('|', Stream(Tokenizer, [.. bytes.Select(value => 3 + value)])));
    }

    [Fact]
    public void A_special_token_shows_nothing_and_parts_no_character()
    {
        var bytes = Encoding.UTF8.GetBytes("🙂").Select(value => 3 + value).ToArray();
        Assert.Equal(["", "", "", "", "", "🙂", ""], Stream(Tokenizer, [1, bytes[0], bytes[1], Tokenizer.Image, bytes[2], bytes[3]]));
    }

    [Fact]
    public void The_first_space_is_kept_where_a_text_goes_on()
    {
        var ids = Tokenizer.Encode("The star", addBos: false, SpecialTokenHandling.Literal);
        Assert.Equal("The star", string.Concat(ids.Select(new IncrementalDetokenizer(Tokenizer).Append)));
        Assert.Equal(" The star", string.Concat(ids.Select(new IncrementalDetokenizer(Tokenizer, continues: true).Append)));
    }

    [Fact]
    public void A_refused_id_leaves_the_stream_as_it_was()
    {
        var detokenizer = new IncrementalDetokenizer(Tokenizer);
        Assert.Equal("", detokenizer.Append(3 + 0xC3));
        Assert.Throws<ArgumentOutOfRangeException>(() => detokenizer.Append(Tokenizer.VocabularySize));
        Assert.Equal("é", detokenizer.Append(3 + 0xA9));
    }

    private static List<string> Stream(LlamaTokenizer tokenizer, int[] ids)
    {
        var detokenizer = new IncrementalDetokenizer(tokenizer);
        return [.. ids.Select(detokenizer.Append), detokenizer.Flush()];
    }

    // From the whole at once, by SentencePiece's rule: each run of byte pieces is read as UTF-8, byte by byte where it is broken.
    private static string SlowDecode(int[] ids)
    {
        var text = "";
        var bytes = new List<byte>();
        var ordinary = ids.Where(id => !Tokenizer.IsSpecial(id)).ToArray();
        for (var index = 0; index < ordinary.Length; index++)
        {
            if (ordinary[index] is >= 3 and < 259)
            {
                bytes.Add((byte)(ordinary[index] - 3));
                continue;
            }

            text += Characters(bytes);
            bytes.Clear();
            var piece = Tokenizer.TokenText(ordinary[index]).Replace('▁', ' ');
            text += index == 0 && piece[0] == ' ' ? piece[1..] : piece;
        }

        return text + Characters(bytes);
    }

    private static string Characters(List<byte> bytes)
    {
        var text = "";
        for (var at = 0; at < bytes.Count;)
        {
            var left = Math.Min(4, bytes.Count - at);
            var length = Enumerable.Range(1, left).FirstOrDefault(length => IsCharacter(bytes.GetRange(at, length)));
            text += length == 0 ? "\uFFFD" : Encoding.UTF8.GetString([.. bytes.GetRange(at, length)]);
            at += Math.Max(length, 1);
        }

        return text;
    }

    private static bool IsCharacter(List<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]).EnumerateRunes().Count() == 1;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static void AssertWellFormed(string piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            var isPair = i + 1 < piece.Length && char.IsSurrogatePair(piece[i], piece[i + 1]);
            Assert.True(isPair || !char.IsSurrogate(piece[i]), $"'{piece}' holds half a character.");
            i += isPair ? 1 : 0;
        }
    }
}
