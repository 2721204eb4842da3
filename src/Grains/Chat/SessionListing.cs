using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// A session in its tenant's list. The list is made from what is journaled; what it misses the session puts right at its next turn. What is made for one
/// answer is in no list.
/// </summary>
/// <param name="key">Which session.</param>
/// <param name="log">What is known of it.</param>
/// <param name="index">The lists.</param>
/// <param name="logger">Told what went wrong.</param>
internal sealed class SessionListing(SessionKey key, SessionLog log, SessionIndex index, ILogger logger)
{
    /// <summary>Puts the session at the top.</summary>
    public Task PutAsync(DateTimeOffset time) => PutAsync(key, time);

    /// <summary>Puts a session that begins as this one at the top.</summary>
    public Task PutAsync(SessionKey session, DateTimeOffset time) => log.State?.Opening.IsPassing == true ? Task.CompletedTask
        : TryAsync(() => index.PutAsync(session, log.State?.Turns is [var first, ..] ? SessionTitle.Of(first.Accepted.Content) : "", time));

    /// <summary>Takes it out.</summary>
    public Task RemoveAsync() => TryAsync(() => index.RemoveAsync(key));

    private async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem))
        {
            logger.LogWarning("The list of sessions was not told of {Session}: {Problem}", key, problem.Message);
        }
    }
}
