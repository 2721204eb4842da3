namespace MmiGrains.Contracts.Chat;

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop text was reached.</summary>
    Stop,

    /// <summary>As many tokens or images as were asked for, or as the sequence has room for.</summary>
    Length,
}
