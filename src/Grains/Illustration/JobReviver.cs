using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>
/// Sees to it that jobs go on: every two seconds each silo wakes those that have something to do. A lost silo's jobs go on within its detection and that time;
/// reminders would do it too, within a minute.
/// </summary>
/// <param name="grains">Reaches them.</param>
/// <param name="index">Knows them.</param>
/// <param name="logger">Told of those that do not wake.</param>
internal sealed class JobReviver(IGrainFactory grains, JobIndex index, ILogger<JobReviver> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                var open = await index.ListOpenAsync();
                await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken }, async (job, _) => await WakeAsync(job));
            }
            catch (Exception problem)
            {
                logger.LogDebug("Open jobs were not looked at: {Problem}", problem.Message);
            }
        }
    }

    private async Task WakeAsync(string job)
    {
        try
        {
            await grains.GetGrain<IIllustrationJobGrain>(job).WakeAsync();
        }
        catch (Exception problem)
        {
            logger.LogDebug("The job {Job} did not wake: {Problem}", job, problem.Message);
        }
    }
}
