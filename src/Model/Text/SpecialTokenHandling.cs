namespace MmiGrains.Model.Text;

/// <summary>What to do with text that spells a special token.</summary>
public enum SpecialTokenHandling
{
    /// <summary>For what a user typed: it is text like any other, and no special id can come of it.</summary>
    Literal,

    /// <summary>For text that the program itself composed: it becomes the special token.</summary>
    Recognize,
}
