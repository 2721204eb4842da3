namespace MmiGrains.Contracts.Errors;

/// <summary>A conversation that must exist is not in the store, or is damaged there: it is not begun anew.</summary>
[GenerateSerializer, Alias("mmi.StateLostException")]
public sealed class StateLostException : MmiException
{
    /// <param name="message">What is missing.</param>
    /// <param name="code"><c>state_lost</c> where nothing is there, <c>state_damaged</c> where what is there does not fit.</param>
    public StateLostException(string message, string code = "state_lost") : base(code, message)
    {
    }
}
