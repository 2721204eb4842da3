namespace MmiGrains.Model.Evaluation;

/// <summary>What a model wrote after a prompt.</summary>
/// <param name="Text">The words.</param>
/// <param name="Ending">What it wrote after them.</param>
public readonly record struct WrittenText(string Text, TextEnding Ending)
{
    private const int Stutter = 3;

    /// <summary>Its form; null where it came to no end, or says a word three times running, which no text of the small world does.</summary>
    public ReplyForm? Form => Ending == TextEnding.None || Stutters() ? null : new ReplyForm(Text.Length > 0, Ending == TextEnding.Picture);

    /// <inheritdoc/>
    public override string ToString() => Text + Ending switch { TextEnding.None => " ...", TextEnding.Picture => " [picture]", _ => "" };

    private bool Stutters()
    {
        var words = Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(0, Math.Max(0, words.Length - Stutter + 1)).Any(i => words.AsSpan(i, Stutter).IndexOfAnyExcept(words[i]) < 0);
    }
}
