namespace MmiGrains.Model.Evaluation;

/// <summary>How a written text ended.</summary>
public enum TextEnding
{
    /// <summary>It did not, within the tokens it was given.</summary>
    None,

    /// <summary>The answer is over.</summary>
    Answer,

    /// <summary>A picture begins.</summary>
    Picture,
}
