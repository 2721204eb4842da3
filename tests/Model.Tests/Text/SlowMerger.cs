using System.Text;
using MmiGrains.Model.Text;

namespace MmiGrains.Model.Tests.Text;

/// <summary>
/// The definition of SentencePiece's merging, without a queue: look at all neighbours, join the best pair, look again. The
/// recorded vocabulary is in the order of its scores, so the best pair is the one with the lowest id.
/// </summary>
internal sealed class SlowMerger(LlamaTokenizer tokenizer)
{
    private const int FirstOrdinary = 259;

    private readonly Dictionary<string, int> _ids =
        Enumerable.Range(FirstOrdinary, tokenizer.BeginOfImage - FirstOrdinary).ToDictionary(tokenizer.TokenText);

    public int[] Encode(string text)
    {
        var symbols = text.Length == 0 ? [] : ("▁" + text.Replace(' ', '▁')).EnumerateRunes().Select(rune => rune.ToString()).ToList();
        while (FindBest(symbols) is var (left, _) && left >= 0)
        {
            symbols[left] += symbols[left + 1];
            symbols.RemoveAt(left + 1);
        }

        return [.. symbols.SelectMany(Ids)];
    }

    private (int Left, int Id) FindBest(List<string> symbols)
    {
        var best = (Left: -1, Id: int.MaxValue);
        for (var left = 0; left + 1 < symbols.Count; left++)
        {
            if (_ids.TryGetValue(symbols[left] + symbols[left + 1], out var id) && id < best.Id)
            {
                best = (left, id);
            }
        }

        return best;
    }

    private IEnumerable<int> Ids(string symbol) =>
        _ids.TryGetValue(symbol, out var id) ? [id] : Encoding.UTF8.GetBytes(symbol).Select(value => 3 + value);
}
