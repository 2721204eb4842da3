namespace MmiGrains.Model.Text;

/// <summary>LLaMA's own special tokens, and those MM-Interleaved adds after the base vocabulary.</summary>
internal sealed class SpecialTokens
{
    public const int Unknown = 0;
    public const int BeginOfSequence = 1;
    public const int EndOfSequence = 2;

    private static readonly string[] ForImages = ["<|beginofimage|>", "<|image|>"];
    private static readonly string[] ForGrounding = ["<ref>", "</ref>", "<box>", "</box>"];

    private readonly SpecialToken[] _all;
    private readonly int _baseVocabularySize;

    public SpecialTokens(int baseVocabularySize, bool grounding)
    {
        _baseVocabularySize = baseVocabularySize;
        SpecialToken[] own =
        [
            new("<unk>", Unknown, TrimsNeighbours: false),
            new("<s>", BeginOfSequence, TrimsNeighbours: false),
            new("</s>", EndOfSequence, TrimsNeighbours: false),
        ];
        string[] added = grounding ? [.. ForImages, .. ForGrounding] : ForImages;
        _all = [.. own, .. added.Select((text, index) => new SpecialToken(text, baseVocabularySize + index, TrimsNeighbours: true))];
        AddedCount = added.Length;
    }

    public int AddedCount { get; }

    public bool IsSpecial(int id) => IsAdded(id) || id is Unknown or BeginOfSequence or EndOfSequence;

    public bool IsAdded(int id) => id >= _baseVocabularySize;

    public SpecialToken? Find(string text) => Array.Find(_all, token => token.Text == text);

    public string TextOf(int id) => Array.Find(_all, token => token.Id == id)!.Text;

    /// <summary>The first special token at or after a position, or null.</summary>
    public SpecialToken? FindNext(ReadOnlySpan<char> text, int from, out int at)
    {
        // Every special token begins with '<' and holds no other, so none can overlap another.
        for (at = from; at < text.Length; at++)
        {
            var step = text[at..].IndexOf('<');
            if (step < 0)
            {
                break;
            }

            at += step;
            foreach (var token in _all)
            {
                if (text[at..].StartsWith(token.Text, StringComparison.Ordinal))
                {
                    return token;
                }
            }
        }

        at = text.Length;
        return null;
    }
}
