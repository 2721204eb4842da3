using System.Text;

namespace MmiGrains.Model.Text;

/// <summary>
/// SentencePiece's byte-pair merging: starting from single characters, the neighbours whose joint text scores highest merge
/// first, the leftmost of equals; characters left without a piece become their UTF-8 bytes.
/// </summary>
/// <remarks>
/// Between characters that no piece holds side by side nothing can merge, so a text falls into independent chunks (words,
/// mostly) before the queue is used. A chunk of n characters costs O(n log n). One instance serves one call at a time.
/// Microsoft.ML.Tokenizers 2.0.1 merges too, but lets the rightmost of equals win (six spaces, "sss" and "-----" come out as
/// other ids than SentencePiece's) and lets text that spells a control or byte piece merge into it.
/// </remarks>
internal sealed class PieceMerger(PieceVocabulary vocabulary)
{
    private readonly PriorityQueue<Merge, long> _queue = new();
    private Symbol[] _symbols = new Symbol[64];

    private record struct Symbol(int Start, int Length, int Previous, int Next);

    private readonly record struct Merge(int Left, int Right, int Length);

    /// <summary>Appends the ids of a normalised text: spaces are U+2581 and surrogates come in pairs.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        var start = 0;
        for (var end = 1; end <= text.Length; end++)
        {
            var cut = end == text.Length || !(char.IsLowSurrogate(text[end]) || vocabulary.MayMeet(text[end - 1], text[end]));
            if (cut)
            {
                EncodeChunk(text[start..end], ids);
                start = end;
            }
        }
    }

    private void EncodeChunk(ReadOnlySpan<char> chunk, List<int> ids)
    {
        var count = SplitIntoCharacters(chunk);
        for (var right = 1; right < count; right++)
        {
            Consider(chunk, right - 1, right);
        }

        while (_queue.TryDequeue(out var merge, out _))
        {
            Apply(chunk, merge);
        }

        for (var index = 0; index >= 0; index = _symbols[index].Next)
        {
            AppendIds(chunk.Slice(_symbols[index].Start, _symbols[index].Length), ids);
        }
    }

    private int SplitIntoCharacters(ReadOnlySpan<char> chunk)
    {
        if (_symbols.Length < chunk.Length)
        {
            _symbols = new Symbol[Math.Max(chunk.Length, 2 * _symbols.Length)];
        }

        var count = 0;
        for (var start = 0; start < chunk.Length; count++)
        {
            var length = char.IsHighSurrogate(chunk[start]) ? 2 : 1;
            _symbols[count] = new Symbol(start, length, count - 1, count + 1);
            start += length;
        }

        _symbols[count - 1].Next = -1;
        return count;
    }

    private void Consider(ReadOnlySpan<char> chunk, int left, int right)
    {
        if (left < 0 || right < 0)
        {
            return;
        }

        var length = _symbols[left].Length + _symbols[right].Length;
        if (vocabulary.TryGetId(chunk.Slice(_symbols[left].Start, length), out var id))
        {
            _queue.Enqueue(new Merge(left, right, length), (long)vocabulary.RankOf(id) << 32 | (uint)left);
        }
    }

    private void Apply(ReadOnlySpan<char> chunk, Merge merge)
    {
        ref var left = ref _symbols[merge.Left];
        ref var right = ref _symbols[merge.Right];

        // A symbol that was merged away has length 0, and one that has grown no longer adds up.
        if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != merge.Length)
        {
            return;
        }

        left.Length = merge.Length;
        left.Next = right.Next;
        right.Length = 0;
        if (left.Next >= 0)
        {
            _symbols[left.Next].Previous = merge.Left;
        }

        Consider(chunk, left.Previous, merge.Left);
        Consider(chunk, merge.Left, left.Next);
    }

    private void AppendIds(ReadOnlySpan<char> symbol, List<int> ids)
    {
        if (vocabulary.TryGetId(symbol, out var id))
        {
            ids.Add(id);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..Encoding.UTF8.GetBytes(symbol, utf8)])
        {
            ids.Add(vocabulary.IdOfByte(value));
        }
    }
}
