namespace MmiGrains.Contracts.Errors;

/// <summary>A model that cannot be served in the place of the present one, or not now: the message says which and why.</summary>
[GenerateSerializer, Alias("mmi.InvalidPromotionException")]
public sealed class InvalidPromotionException : MmiException
{
    /// <param name="code">A word for programs.</param>
    /// <param name="message">One sentence.</param>
    public InvalidPromotionException(string code, string message) : base(code, message)
    {
    }
}
