namespace MmiGrains.Contracts.Errors;

/// <summary>A tenant has used what it may; the message names the quota and the value.</summary>
[GenerateSerializer, Alias("mmi.QuotaExceededException")]
public sealed class QuotaExceededException : MmiException
{
    /// <param name="code">Which quota.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="retryAfter">When there is something left again.</param>
    public QuotaExceededException(string code, string message, TimeSpan retryAfter) : base(code, message) => RetryAfter = retryAfter;

    /// <summary>When there is something left again.</summary>
    [Id(0)]
    public TimeSpan RetryAfter { get; private set; }
}
