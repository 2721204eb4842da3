namespace MmiGrains.Contracts.Errors;

/// <summary>A turn cannot be accepted beside another.</summary>
[GenerateSerializer, Alias("mmi.TurnConflictException")]
public sealed class TurnConflictException : MmiException
{
    /// <param name="code">Which conflict.</param>
    /// <param name="message">One sentence.</param>
    public TurnConflictException(string code, string message) : base(code, message)
    {
    }
}
