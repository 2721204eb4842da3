using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Training;

/// <summary>A job's calls to trainers, any of which may be gone: none waits long, and none throws for that.</summary>
/// <param name="job">The job's key.</param>
/// <param name="grains">Reaches them.</param>
/// <param name="logger">Told who did not answer.</param>
internal sealed class TrainerCalls(string job, IGrainFactory grains, ILogger logger)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    /// <summary>All trainers of the cluster.</summary>
    public async Task<IEnumerable<WorkerInfo>> ListAsync() =>
        (await grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync()).Where(worker => worker.Role == WorkerRole.Trainer);

    /// <summary>Gives a trainer a task.</summary>
    /// <returns>Whether it takes it.</returns>
    public async Task<bool> StartAsync(string key, TrainerTask task)
    {
        try
        {
            return await grains.GetGrain<ITrainerGrain>(key).StartAsync(task);
        }
        catch (Exception problem)
        {
            logger.LogDebug("{Trainer} was not told its task: {Problem}", key, problem.Message);
            return false;
        }
    }

    /// <summary>How it goes with a trainer, which is also told that it is wanted; null where it does not answer.</summary>
    public async Task<TrainerStatus?> ReadAsync(string key)
    {
        try
        {
            return await grains.GetGrain<ITrainerGrain>(key).ReadStatusAsync(job).WaitAsync(AnswerTime);
        }
        catch (Exception problem)
        {
            logger.LogDebug("{Trainer} does not answer: {Problem}", key, problem.Message);
            return null;
        }
    }

    /// <summary>Lets a trainer go.</summary>
    public Task ReleaseAsync(string key) => TryAsync(() => grains.GetGrain<ITrainerGrain>(key).ReleaseAsync(job));

    /// <summary>Makes a call, and does without where it cannot be made.</summary>
    public async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(AnswerTime);
        }
        catch (Exception problem)
        {
            logger.LogDebug("A part of the job {Job} was not told: {Problem}", job, problem.Message);
        }
    }
}
