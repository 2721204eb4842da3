namespace MmiGrains.Contracts.Errors;

/// <summary>Nobody can do it now: a worker's silo is gone, or no silo offers what is wanted. Another worker may.</summary>
[GenerateSerializer, Alias("mmi.WorkerUnavailableException")]
public sealed class WorkerUnavailableException : MmiException
{
    /// <param name="message">One sentence.</param>
    public WorkerUnavailableException(string message) : base("worker_unavailable", message)
    {
    }
}
