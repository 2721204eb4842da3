using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;

namespace MmiGrains.Grains.Chat;

/// <summary>Asks for sessions that were lost in the middle of a turn until one activation has them again: the answer goes on though nobody watches.</summary>
/// <param name="grains">Reaches them.</param>
/// <param name="logger">Told of those that do not come back.</param>
internal sealed class SessionReviver(IGrainFactory grains, ILogger<SessionReviver> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lost = new();

    /// <summary>Asks for a session from now on.</summary>
    public void Revive(string key) => _lost.TryAdd(key, DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var (key, since) in _lost)
            {
                try
                {
                    await grains.GetGrain<IChatSessionGrain>(key).ReadAsync();
                    _lost.TryRemove(key, out _);
                }
                catch (Exception problem)
                {
                    if (problem is Contracts.Errors.SessionNotFoundException or Contracts.Errors.StateLostException || DateTimeOffset.UtcNow - since > Patience)
                    {
                        _lost.TryRemove(key, out _);
                        logger.LogWarning("Session {Session} was not taken up again: {Problem}", key, problem.Message);
                    }
                }
            }
        }
    }
}
