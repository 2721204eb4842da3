using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Training;

namespace MmiGrains.Grains.Training;

/// <summary>
/// Sees to it that jobs go on though nobody asks for them: every silo calls each job that has not ended every two seconds, which brings those
/// of a lost silo up elsewhere within its detection and that time.
/// </summary>
internal sealed class TrainingReviver(TrainingJobStore store, IGrainFactory grains, ILogger<TrainingReviver> logger) : BackgroundService
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
                await Task.WhenAll((await store.ListOpenAsync()).Select(WakeAsync));
            }
            catch (Exception problem)
            {
                logger.LogDebug("Training jobs were not looked at: {Problem}", problem.Message);
            }
        }
    }

    private async Task WakeAsync(string job)
    {
        try
        {
            await grains.GetGrain<ITrainingJobGrain>(job).WakeAsync();
        }
        catch (Exception problem)
        {
            logger.LogDebug("The training job {Job} was not taken up yet: {Problem}", job, problem.Message);
        }
    }
}
