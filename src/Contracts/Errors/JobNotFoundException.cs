namespace MmiGrains.Contracts.Errors;

/// <summary>There is no such job, or it was deleted.</summary>
[GenerateSerializer, Alias("mmi.JobNotFoundException")]
public sealed class JobNotFoundException : MmiException
{
    /// <param name="job">Its id.</param>
    public JobNotFoundException(string job) : base("job_not_found", $"There is no job '{job}'.")
    {
    }
}
