using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// Sees to it that answers go on though nobody watches: asks for sessions that this silo lost in the middle of a turn, and looks for those of silos that are gone
/// as soon as one is, and every two seconds. A lost silo's turns go on within its detection (three probes) and that time.
/// </summary>
/// <param name="grains">Reaches them.</param>
/// <param name="open">Which sessions have a turn that has not ended.</param>
/// <param name="silos">Which silos are there.</param>
/// <param name="logger">Told of those that do not come back.</param>
internal sealed class SessionReviver(IGrainFactory grains, OpenSessions open, ISiloStatusOracle silos, ILogger<SessionReviver> logger)
    : BackgroundService, ISiloStatusListener
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lost = new();
    private readonly SemaphoreSlim _loss = new(0);

    /// <summary>Asks for a session from now on.</summary>
    public void Revive(string key) => _lost.TryAdd(key, DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            _loss.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _loss.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        for (var round = Random.Shared.Next(2); !stoppingToken.IsCancellationRequested; round++)
        {
            var hasLost = await LossAsync(stoppingToken);
            foreach (var (key, since) in _lost)
            {
                await AskAsync(key, since);
            }

            if (hasLost || round % 2 == 0)
            {
                await SweepAsync();
            }
        }
    }

    private async Task<bool> LossAsync(CancellationToken stopping)
    {
        try
        {
            return await _loss.WaitAsync(Pause, stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AskAsync(string key, DateTimeOffset since)
    {
        try
        {
            await grains.GetGrain<IChatSessionGrain>(key).ReadAsync();
            _lost.TryRemove(key, out _);
        }
        catch (Exception problem)
        {
            if (problem is SessionNotFoundException or StateLostException || DateTimeOffset.UtcNow - since > Patience)
            {
                _lost.TryRemove(key, out _);
                logger.LogWarning("Session {Session} was not taken up again: {Problem}", key, problem.Message);
            }
        }
    }

    // Every silo does so; whichever is first, the session comes up once, and enters itself anew.
    private async Task SweepAsync()
    {
        try
        {
            var lost = (await open.ListAsync()).Where(entry => silos.GetApproximateSiloStatus(entry.Silo) is SiloStatus.Dead or SiloStatus.None).ToArray();
            Random.Shared.Shuffle(lost);
            await Parallel.ForEachAsync(lost, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (entry, _) => await WakeAsync(entry));
        }
        catch (Exception problem)
        {
            logger.LogDebug("Open sessions were not looked at: {Problem}", problem.Message);
        }
    }

    private async Task WakeAsync(OpenSessions.Entry entry)
    {
        try
        {
            await grains.GetGrain<IWakeable>(entry.Session).WakeAsync(entry.Text);
        }
        catch (Exception problem) when (problem is SessionNotFoundException or StateLostException)
        {
            logger.LogWarning("The open session {Session} cannot be taken up: {Problem}", entry.Session, problem.Message);
            await open.StrikeAsync(entry.Session, entry.Text);
        }
        catch (Exception problem)
        {
            logger.LogDebug("The open session {Session} was not taken up yet: {Problem}", entry.Session, problem.Message);
        }
    }
}
