namespace MmiGrains.Contracts.Errors;

/// <summary>What the cluster refuses, or could not do; the message is one sentence for people.</summary>
[GenerateSerializer, Alias("mmi.MmiException")]
public abstract class MmiException : Exception
{
    /// <param name="code">A word for programs.</param>
    /// <param name="message">One sentence for people.</param>
    protected MmiException(string code, string message) : base(message) => Code = code;

    /// <summary>A word for programs.</summary>
    [Id(0)]
    public string Code { get; private set; }
}
