namespace MmiGrains.Contracts.Errors;

/// <summary>A job, or what is asked of it, that cannot be: the message names the field, the limit and the value.</summary>
[GenerateSerializer, Alias("mmi.InvalidJobException")]
public sealed class InvalidJobException : MmiException
{
    /// <param name="code">A word for programs.</param>
    /// <param name="field">Which field.</param>
    /// <param name="message">One sentence.</param>
    public InvalidJobException(string code, string field, string message) : base(code, message) => Field = field;

    /// <summary>Which field.</summary>
    [Id(0)]
    public string Field { get; private set; }
}
