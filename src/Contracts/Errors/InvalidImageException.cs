namespace MmiGrains.Contracts.Errors;

/// <summary>Bytes that cannot be the image that they are given for: the message names the limit and the value.</summary>
[GenerateSerializer, Alias("mmi.InvalidImageException")]
public sealed class InvalidImageException : MmiException
{
    /// <param name="code">A word for programs.</param>
    /// <param name="message">One sentence.</param>
    public InvalidImageException(string code, string message) : base(code, message)
    {
    }
}
