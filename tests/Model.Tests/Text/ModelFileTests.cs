using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

public class ModelFileTests
{
    private static readonly byte[] Recorded = File.ReadAllBytes(TokenizerGolden.ModelPath);

    [Fact]
    public void A_damaged_file_loads_or_is_refused_in_one_sentence()
    {
        var random = new Random(21);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = (byte[])Recorded.Clone();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                // Half of the damage goes where the settings and the first pieces are.
                var nearAnEnd = random.Next(2) == 0 ? random.Next(200) : bytes.Length - 1 - random.Next(120);
                var at = random.Next(2) == 0 ? random.Next(bytes.Length) : nearAnEnd;
                bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ 1 << random.Next(8));
            }

            refused += LoadOrComplain(bytes) is null ? 0 : 1;
        }

        Assert.InRange(refused, 100, 399);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused_in_one_sentence()
    {
        // A cut between two fields leaves a well-formed file, without the settings that stand at the end.
        for (var length = 0; length < Recorded.Length - 4; length += 37)
        {
            Assert.NotNull(LoadOrComplain(Recorded[..length]));
        }
    }

    [Fact]
    public void A_file_of_another_format_is_refused_in_one_sentence()
    {
        Assert.Contains("it is empty", LoadOrComplain([]));
        Assert.NotNull(LoadOrComplain("{\"model\": {\"type\": \"BPE\"}}"u8.ToArray()));
        Assert.NotNull(LoadOrComplain([0x80, 0x02, 0x7D, 0x71, 0x00]));
        Assert.NotNull(LoadOrComplain(new byte[4096]));
        Assert.NotNull(LoadOrComplain([.. Enumerable.Repeat((byte)0xFF, 64)]));
        Assert.NotNull(LoadOrComplain([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]));
    }

    [Fact]
    public void A_stream_without_end_is_refused()
    {
        using var stream = new EndlessStream();
        var error = Assert.Throws<InvalidDataException>(() => LlamaTokenizer.Load(stream, name: "zeros.model"));
        Assert.Equal("zeros.model is not a usable SentencePiece model: it is larger than 67108864 bytes.", error.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Assert.Contains("no-such.model", Assert.Throws<FileNotFoundException>(() => LlamaTokenizer.Load("/tmp/no-such.model")).Message);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_embedding_is_refused()
    {
        Assert.Equal(1202, LlamaTokenizer.Load(TokenizerGolden.ModelPath, embeddingRows: 1202).VocabularySize);
        var error = Assert.Throws<InvalidDataException>(() => LlamaTokenizer.Load(TokenizerGolden.ModelPath, true, embeddingRows: 1205));
        Assert.EndsWith("1200 pieces and 6 added tokens are more than the embedding's 1205 rows.", error.Message);
    }

    [Theory]
    [InlineData(true, 3, 1, "it was not trained for byte-pair merges")]
    [InlineData(true, 35, 0, "it has no byte fallback")]
    [InlineData(true, 24, 1, "it does not mark a word by a U+2581 before it")]
    [InlineData(false, 3, 0, "it does not put a space before a text")]
    [InlineData(false, 4, 1, "it removes extra spaces")]
    [InlineData(false, 5, 0, "it does not mark a word by a U+2581 before it")]
    public void Other_settings_than_LLaMAs_are_refused(bool trainer, int field, int value, string complaint)
    {
        var file = new ModelFile();
        (trainer ? file.Trainer : file.Normalizer)[field] = (ulong)value;
        Assert.Contains(complaint, LoadOrComplain(file.ToBytes()));
    }

    [Fact]
    public void A_model_that_rewrites_characters_is_refused() =>
        Assert.Contains("it rewrites characters", LoadOrComplain(new ModelFile { NormalizerRules = [1, 2, 3, 4] }.ToBytes()));

    [Theory]
    [InlineData(1, "<s>", 1, "piece 1 is not <s> of the kind Control")]
    [InlineData(2, "<eos>", 3, "piece 2 is not </s> of the kind Control")]
    [InlineData(0, "<unk>", 3, "piece 0 is not <unk> of the kind Unknown")]
    [InlineData(260, "b", 4, "piece 260, 'b', is of the unsupported kind UserDefined")]
    [InlineData(260, "b", 77, "piece 260, 'b', is of the unsupported kind 77")]
    [InlineData(260, "a", 1, "piece 260 repeats the text 'a' of another piece")]
    [InlineData(260, "", 1, "piece 260 has the text ''")]
    [InlineData(260, "\n\u0085", 4, "piece 260, '\\u000A\\u0085', is of the unsupported kind UserDefined")]
    [InlineData(70, "<0x42>", 6, "byte piece 70, '<0x42>', does not name a byte that no other piece names")]
    [InlineData(70, "<0x-1>", 6, "byte piece 70, '<0x-1>', does not name a byte that no other piece names")]
    [InlineData(70, "x", 1, "no piece stands for the byte 43")]
    public void A_wrong_piece_is_named(int id, string text, int kind, string complaint)
    {
        var file = new ModelFile().Add("a", "b", "c");
        file.Pieces[id] = (text, -id, kind);
        Assert.Contains(complaint, LoadOrComplain(file.ToBytes()));
    }

    [Fact]
    public void A_score_that_is_no_number_is_refused()
    {
        var file = new ModelFile().Add("a");
        file.Pieces[259] = ("a", float.NaN, 1);
        Assert.Contains("piece 259 has the text 'a' and the score NaN", LoadOrComplain(file.ToBytes()));
    }

    [Fact]
    public void Text_never_merges_into_a_control_or_byte_piece()
    {
        string[] parts = ["<s", "s>", "</s", "/s>", "<un", "un", "unk", "nk>", "k>", "<0", "x41>", "41>", "1>", "0x41", "0x", "41"];
        var file = new ModelFile().Add("▁").Add(parts);
        var tokenizer = LlamaTokenizer.Load(new MemoryStream(file.ToBytes()));
        foreach (var text in new[] { "<s>", "</s>", "<unk>", "<0x41>", "a<s></s>b" })
        {
            var ids = tokenizer.Encode(text, addBos: false, SpecialTokenHandling.Literal);
            Assert.DoesNotContain(ids, tokenizer.IsSpecial);
            Assert.DoesNotContain(3 + 0x41, ids);
            Assert.Equal(text, tokenizer.Decode(ids, skipSpecial: true));
        }
    }

    [Fact]
    public void The_best_score_merges_first_and_the_leftmost_of_equals()
    {
        var file = new ModelFile().Add("bc", "ab", "aa", "aaaa");
        var tokenizer = LlamaTokenizer.Load(new MemoryStream(file.ToBytes()));
        Assert.Equal([EncodedByte('a'), 259], Encode("abc"));
        Assert.Equal([262, 261, EncodedByte('a')], Encode("aaaaaaa"));

        int EncodedByte(char value) => 3 + value;

        // Past the bytes of the space that is put before every text.
        int[] Encode(string text) => tokenizer.Encode(text, addBos: false, SpecialTokenHandling.Literal)[3..];
    }

    private static string? LoadOrComplain(byte[] bytes)
    {
        LlamaTokenizer tokenizer;
        try
        {
            tokenizer = LlamaTokenizer.Load(new MemoryStream(bytes), name: "damaged.model");
        }
        catch (InvalidDataException error)
        {
            Assert.StartsWith("damaged.model", error.Message);
            Assert.EndsWith(".", error.Message);
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.InRange(error.Message.Length, 30, 250);
            return error.Message;
        }

        const string text = "The small red star, 日本 🙂 <|image|></s>";
        var ids = tokenizer.Encode(text, addBos: true, SpecialTokenHandling.Literal);
        Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
        tokenizer.Decode(ids, skipSpecial: true);
        return null;
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => buffer.Length;
    }
}
