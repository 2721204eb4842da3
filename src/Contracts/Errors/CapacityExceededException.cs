namespace MmiGrains.Contracts.Errors;

/// <summary>There is no room for a request: ever, or now.</summary>
[GenerateSerializer, Alias("mmi.CapacityExceededException")]
public sealed class CapacityExceededException : MmiException
{
    /// <param name="message">One sentence.</param>
    /// <param name="isPassing">Whether the same request may be granted later.</param>
    /// <param name="retryAfter">When there may be room; null where that is not known.</param>
    public CapacityExceededException(string message, bool isPassing, TimeSpan? retryAfter = null)
        : base(isPassing ? "overloaded" : "too_large", message) => (IsPassing, RetryAfter) = (isPassing, retryAfter);

    /// <summary>Whether the same request may be granted later.</summary>
    [Id(0)]
    public bool IsPassing { get; private set; }

    /// <summary>When there may be room; null where that is not known.</summary>
    [Id(1)]
    public TimeSpan? RetryAfter { get; private set; }
}
