namespace MmiGrains.Grains.Training;

/// <summary>The job has a newer activation, which alone may write.</summary>
internal sealed class JobReplacedException(string job) : Exception($"The training job '{job}' has a newer activation.");
