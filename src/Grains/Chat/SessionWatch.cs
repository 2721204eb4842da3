using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Chat;

/// <summary>A session's place among the open sessions: entered before a turn is accepted, struck out when none is left that has not ended.</summary>
/// <param name="key">Which session.</param>
/// <param name="log">What is known of it.</param>
/// <param name="open">All open sessions.</param>
/// <param name="logger">Told what went wrong.</param>
internal sealed class SessionWatch(SessionKey key, SessionLog log, OpenSessions open, ILogger logger)
{
    private string? _entry;
    private int _accepting;

    /// <summary>From now on another silo takes the session up, should this one be lost.</summary>
    /// <exception cref="MmiException">The store did not confirm it.</exception>
    public async Task EnterAsync()
    {
        try
        {
            _entry ??= await open.EnterAsync(key, log.Epoch);
        }
        catch (StoreException problem)
        {
            throw SessionLog.Unavailable(problem); // nothing is journaled
        }
    }

    /// <summary>Accepts a turn in a session that is entered, and stays so until the turn has been accepted or not.</summary>
    public async Task<T> AcceptAsync<T>(Func<Task<T>> accept)
    {
        _accepting++;
        try
        {
            await EnterAsync();
            return await accept();
        }
        finally
        {
            _accepting--;
            StrikeOut();
        }
    }

    /// <summary>
    /// Without a turn that has not ended, nobody has to watch over the session. Where the store does not confirm it, whoever looks later finds that out; and
    /// where a turn may have been stored though nobody was told, the session stays watched over.
    /// </summary>
    public void StrikeOut()
    {
        if (_entry is { } entry && _accepting == 0 && !log.IsInDoubt && log.State?.Running is null)
        {
            _entry = null;
            _ = open.StrikeAsync(key.ToString(), entry).ContinueWith(
                strike => logger.LogDebug("Session {Session}: {Problem}", key, strike.Exception!.InnerException!.Message),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Someone found an entry of the session's: where nothing goes on, it is struck out.</summary>
    public Task WakeAsync(string entry) => log.State?.Running is null ? open.StrikeAsync(key.ToString(), entry) : Task.CompletedTask;
}
