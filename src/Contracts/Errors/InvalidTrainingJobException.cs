namespace MmiGrains.Contracts.Errors;

/// <summary>A training job that cannot be, or cannot do what it is told: the message names the field, the limit and the value.</summary>
[GenerateSerializer, Alias("mmi.InvalidTrainingJobException")]
public sealed class InvalidTrainingJobException : MmiException
{
    /// <param name="code">A word for programs.</param>
    /// <param name="message">One sentence.</param>
    public InvalidTrainingJobException(string code, string message) : base(code, message)
    {
    }
}
