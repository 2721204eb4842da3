namespace MmiGrains.Contracts.Errors;

/// <summary>There is no room for a request: ever, or now.</summary>
[GenerateSerializer, Alias("mmi.CapacityExceededException")]
public sealed class CapacityExceededException : MmiException
{
    /// <param name="message">One sentence.</param>
    /// <param name="isPassing">Whether the same request may be granted later.</param>
    public CapacityExceededException(string message, bool isPassing) : base(isPassing ? "overloaded" : "too_large", message) => IsPassing = isPassing;

    /// <summary>Whether the same request may be granted later.</summary>
    [Id(0)]
    public bool IsPassing { get; private set; }
}
