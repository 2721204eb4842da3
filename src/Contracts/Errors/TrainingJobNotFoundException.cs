namespace MmiGrains.Contracts.Errors;

/// <summary>There is no such job.</summary>
[GenerateSerializer, Alias("mmi.TrainingJobNotFoundException")]
public sealed class TrainingJobNotFoundException : MmiException
{
    /// <param name="job">Its id.</param>
    public TrainingJobNotFoundException(string job) : base("job_not_found", $"There is no training job '{job}'.")
    {
    }
}
