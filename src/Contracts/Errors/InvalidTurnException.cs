namespace MmiGrains.Contracts.Errors;

/// <summary>A turn that cannot be: the message names the field, the limit and the value.</summary>
[GenerateSerializer, Alias("mmi.InvalidTurnException")]
public sealed class InvalidTurnException : MmiException
{
    /// <param name="code">A word for programs.</param>
    /// <param name="field">Which field.</param>
    /// <param name="message">One sentence.</param>
    public InvalidTurnException(string code, string field, string message) : base(code, message) => Field = field;

    /// <summary>Which field.</summary>
    [Id(0)]
    public string Field { get; private set; }
}
