namespace MmiGrains.Contracts.Errors;

/// <summary>A conversation that must exist is not in the store, or is damaged there: it is not begun anew.</summary>
[GenerateSerializer, Alias("mmi.StateLostException")]
public sealed class StateLostException : MmiException
{
    /// <param name="message">What is missing.</param>
    public StateLostException(string message) : base("state_lost", message)
    {
    }
}
