namespace MmiGrains.Model.Text;

/// <summary>One row of the vocabulary. Text spells a space as U+2581; of two possible merges the higher score wins.</summary>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceKind Kind)
{
    /// <summary>The text for an error's sentence: on one line, and not a long one.</summary>
    public string Quoted
    {
        get
        {
            var start = Text.Length > 40 ? Text[..40] + "..." : Text;
            return $"'{string.Concat(start.Select(value => char.IsControl(value) ? $"\\u{(int)value:X4}" : value.ToString()))}'";
        }
    }
}
