using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Looks;
using MmiGrains.Model.Text;

namespace MmiGrains.Grains.Workers.Looks;

/// <summary>Which of a span's tokens someone asks about, and what they say.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">How many; at least one.</param>
/// <param name="Text">Their text.</param>
internal sealed record LookedTokens(int First, int Count, string Text)
{
    /// <summary>Finds them, reading the span's tokens as they were streamed.</summary>
    /// <exception cref="InvalidTurnException">The span has no such token or characters.</exception>
    public static LookedTokens Of(LookRequest request, LlamaTokenizer tokenizer)
    {
        var ends = new List<int>(); // characters there after each token
        var (detokenizer, text) = (new IncrementalDetokenizer(tokenizer), "");
        foreach (var id in request.Tokens)
        {
            text += detokenizer.Append(id);
            ends.Add(text.Length);
        }

        if (request.Token is { } token)
        {
            return token >= 0 && token < ends.Count ? new LookedTokens(token, 1, text[Start(ends, token)..ends[token]])
                : throw new InvalidTurnException("invalid_value", "token", $"token must be one of the span's {ends.Count}; it is {token}.");
        }

        // A character's first bytes end where it begins: they belong to it too.
        var (start, end) = (request.Text!.Start, request.Text.End);
        var last = ends.FindIndex(reached => reached >= Math.Min(end, text.Length));
        var first = ends.FindIndex(reached => reached > start);
        while (first > 0 && ends[first - 1] == Start(ends, first - 1) && ends[first - 1] <= start)
        {
            first--;
        }

        return first >= 0 && last >= first ? new LookedTokens(first, last - first + 1, text[Start(ends, first)..ends[last]])
            : throw new InvalidTurnException("invalid_value", "start", $"start and end must be within the text's {text.Length} characters; they are {start} and {end}.");
    }

    private static int Start(List<int> ends, int token) => token == 0 ? 0 : ends[token - 1];
}
