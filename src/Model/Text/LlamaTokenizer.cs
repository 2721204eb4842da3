using System.Text;

namespace MmiGrains.Model.Text;

/// <summary>
/// LLaMA's SentencePiece tokenizer with MM-Interleaved's special tokens, id for id what the reference's answers. Immutable
/// once loaded; any number of threads may use it.
/// </summary>
public sealed class LlamaTokenizer
{
    private readonly PieceVocabulary _vocabulary;
    private readonly SpecialTokens _special;
    private readonly string[] _surfaces;

    private LlamaTokenizer(PieceVocabulary vocabulary, SpecialTokens special)
    {
        _vocabulary = vocabulary;
        _special = special;
        _surfaces = [.. Enumerable.Range(0, vocabulary.Count).Select(id => vocabulary.TextOf(id).Replace(PieceVocabulary.Space, ' '))];
    }

    /// <summary>Rows of the token embedding: the base vocabulary and the added tokens.</summary>
    public int VocabularySize => _vocabulary.Count + _special.AddedCount;

    /// <summary><c>&lt;unk&gt;</c>, which no text produces: unknown characters become bytes.</summary>
    public int Unknown => SpecialTokens.Unknown;

    /// <summary><c>&lt;s&gt;</c>.</summary>
    public int BeginOfSequence => SpecialTokens.BeginOfSequence;

    /// <summary><c>&lt;/s&gt;</c>.</summary>
    public int EndOfSequence => SpecialTokens.EndOfSequence;

    /// <summary>What fills a batch: the last piece of the base vocabulary, an ordinary one that text may also use.</summary>
    public int Pad => _vocabulary.Count - 1;

    /// <summary><c>&lt;|beginofimage|&gt;</c>: an image comes next.</summary>
    public int BeginOfImage => _vocabulary.Count;

    /// <summary><c>&lt;|image|&gt;</c>: the place of one visual token.</summary>
    public int Image => _vocabulary.Count + 1;

    /// <summary>Reads a SentencePiece <c>.model</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="grounding">Adds <c>&lt;ref&gt;</c>, <c>&lt;/ref&gt;</c>, <c>&lt;box&gt;</c> and <c>&lt;/box&gt;</c>.</param>
    /// <param name="embeddingRows">Rows of the model's embedding, where known; a larger vocabulary is refused.</param>
    /// <exception cref="InvalidDataException">The file is damaged, has other settings than LLaMA's, or too many tokens.</exception>
    public static LlamaTokenizer Load(string path, bool grounding = false, int? embeddingRows = null)
    {
        using var stream = File.OpenRead(path);
        return Load(stream, grounding, embeddingRows, path);
    }

    /// <inheritdoc cref="Load(string, bool, int?)"/>
    /// <param name="stream">The file's contents, read to the end and left open.</param>
    /// <param name="name">What errors call the file.</param>
    public static LlamaTokenizer Load(
        Stream stream, bool grounding = false, int? embeddingRows = null, string name = "The tokenizer's file")
    {
        var vocabulary = new PieceVocabulary(SentencePieceModel.Read(stream, name), name);
        var tokenizer = new LlamaTokenizer(vocabulary, new SpecialTokens(vocabulary.Count, grounding));
        return tokenizer.VocabularySize <= (embeddingRows ?? int.MaxValue)
            ? tokenizer
            : throw new InvalidDataException(
                $"{name}: {vocabulary.Count} pieces and {tokenizer._special.AddedCount} added tokens are more than "
                + $"the embedding's {embeddingRows} rows.");
    }

    /// <summary>
    /// Turns text into ids. Each run of text between special tokens is encoded as if it began a text; lone surrogates are
    /// read as U+FFFD.
    /// </summary>
    public int[] Encode(string text, bool addBos, SpecialTokenHandling handling)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(16 + text.Length / 3);
        if (addBos)
        {
            ids.Add(BeginOfSequence);
        }

        var merger = new PieceMerger(_vocabulary);
        if (handling == SpecialTokenHandling.Literal)
        {
            AppendText(text, merger, ids);
        }
        else
        {
            AppendTrusted(text, merger, ids);
        }

        return [.. ids];
    }

    /// <summary>
    /// Turns ids into text. With special tokens skipped this is what a user sees, and what <see cref="IncrementalDetokenizer"/>
    /// streams; otherwise they are spelled out, with spaces put around them where the reference puts them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of this vocabulary.</exception>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecial)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (!skipSpecial)
        {
            return new SpellingDecoder(this).Decode(ids);
        }

        var text = new StringBuilder();
        var detokenizer = new IncrementalDetokenizer(this);
        foreach (var id in ids)
        {
            text.Append(detokenizer.Append(id));
        }

        return text.Append(detokenizer.Flush()).ToString();
    }

    /// <summary>A token as its vocabulary spells it: <c>▁The</c>, <c>&lt;0x0A&gt;</c>, <c>&lt;|image|&gt;</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public string TokenText(int id)
    {
        CheckId(id);
        return _special.IsAdded(id) ? _special.TextOf(id) : _vocabulary.TextOf(id);
    }

    /// <summary>Whether a token is a mark for the model and not text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public bool IsSpecial(int id)
    {
        CheckId(id);
        return _special.IsSpecial(id);
    }

    /// <summary>The id of a special token by its text, such as <c>&lt;box&gt;</c>.</summary>
    /// <exception cref="ArgumentException">There is no such special token; the grounding tokens exist only where asked for.</exception>
    public int SpecialId(string text) =>
        _special.Find(text)?.Id ?? throw new ArgumentException($"'{text}' is not one of this tokenizer's special tokens.", nameof(text));

    /// <summary>Whether a token was added after the base vocabulary.</summary>
    internal bool IsAdded(int id) => _special.IsAdded(id);

    /// <summary>The byte for which an ordinary token stands, or -1.</summary>
    internal int ByteOf(int id) => _vocabulary.ByteOf(id);

    /// <summary>What an ordinary token shows, with spaces for U+2581.</summary>
    internal string SurfaceOf(int id) => _surfaces[id];

    private void AppendTrusted(ReadOnlySpan<char> text, PieceMerger merger, List<int> ids)
    {
        var position = 0;
        SpecialToken? before = null;
        while (position < text.Length)
        {
            var after = _special.FindNext(text, position, out var end);
            var run = text[position..end];
            run = before is { TrimsNeighbours: true } ? SentencePieceText.TrimStart(run) : run;
            run = after is { TrimsNeighbours: true } ? SentencePieceText.TrimEnd(run) : run;
            AppendText(run, merger, ids);
            if (after is not null)
            {
                ids.Add(after.Id);
            }

            position = end + (after?.Text.Length ?? 0);
            before = after;
        }
    }

    private static void AppendText(ReadOnlySpan<char> text, PieceMerger merger, List<int> ids)
    {
        if (!text.IsEmpty)
        {
            merger.Encode(SentencePieceText.Normalise(text), ids);
        }
    }

    private void CheckId(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"A token id of this vocabulary is between 0 and {VocabularySize - 1}.");
        }
    }
}
