using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Looks;

namespace MmiGrains.Grains.Chat.Looks;

/// <summary>Finds the places of an answer that someone asks about.</summary>
internal static class AnswerParts
{
    /// <summary>Of a token among those of all text, the run of text and its index there.</summary>
    public static (int Run, int? Token) Token(SessionTurn turn, int token)
    {
        var runs = turn.TextRuns;
        for (var (run, first) = (0, 0); run < runs.Count; first += runs[run].Count, run++)
        {
            if (token >= first && token < first + runs[run].Count)
            {
                return (run, token - first);
            }
        }

        var count = runs.Sum(run => run.Count);
        throw new InvalidTurnException("invalid_value", "token", count == 0
            ? $"The answer has no tokens of text; token is {token}." : $"token must be 0 to {count - 1}; it is {token}.");
    }

    /// <summary>The run of text that a part of the answer is.</summary>
    public static int Run(SessionTurn turn, TextStretch text)
    {
        var answer = turn.View.Answer;
        if (text.Part < 0 || text.Part >= answer.Count || answer[text.Part] is not TextSegment part)
        {
            throw new InvalidTurnException("invalid_value", "part", $"part must be the index of a text among the answer's {answer.Count} parts; it is {text.Part}.");
        }

        if (text.Start < 0 || text.Start >= part.Text.Length)
        {
            throw new InvalidTurnException("invalid_value", "start", $"start must be 0 to {part.Text.Length - 1}; it is {text.Start}.");
        }

        return text.End > text.Start && text.End <= part.Text.Length
            ? answer.Take(text.Part).OfType<ImageSegment>().Count()
            : throw new InvalidTurnException("invalid_value", "end", $"end must be {text.Start + 1} to {part.Text.Length}; it is {text.End}.");
    }

    /// <summary>The index of a picture among those of the answer.</summary>
    public static int Picture(SessionTurn turn, string hash)
    {
        var index = turn.Images.TakeWhile(image => image.Hash != hash).Count();
        return index < turn.Images.Count ? index
            : throw new InvalidTurnException("invalid_value", "image", $"image must be one of the answer's {turn.Images.Count} pictures; it is '{hash}'.");
    }
}
