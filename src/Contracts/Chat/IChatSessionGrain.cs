using MmiGrains.Contracts.Looks;

namespace MmiGrains.Contracts.Chat;

/// <summary>One conversation; the key is a tenant, '/', and the session's id.</summary>
[Alias("mmi.IChatSessionGrain")]
public interface IChatSessionGrain : IGrainWithStringKey
{
    /// <summary>Begins a conversation; again, does nothing.</summary>
    [Alias("Create")]
    Task CreateAsync();

    /// <summary>Begins a conversation after another; again, with the same opening, does nothing.</summary>
    /// <exception cref="Errors.InvalidTurnException">The opening is too long.</exception>
    [Alias("CreateAfter")]
    Task CreateAsync(SessionOpening opening);

    /// <summary>Says something. Returns when the turn is durable; the answer comes by <see cref="WatchAsync"/>.</summary>
    /// <exception cref="Errors.SessionNotFoundException">There is no such conversation.</exception>
    /// <exception cref="Errors.TurnConflictException">The key was used with another content, or another turn is being answered.</exception>
    /// <exception cref="Errors.InvalidTurnException">The content or a setting cannot be.</exception>
    /// <exception cref="Errors.CapacityExceededException">There is no room now; nothing is journaled.</exception>
    [Alias("Send")]
    Task<TurnReceipt> SendAsync(TurnRequest request);

    /// <summary>
    /// The events after a number, the past ones at once, those to come as they come, until the turn that is being answered has ended. Can be begun again anywhere, at
    /// any number: nothing is missed and nothing comes twice.
    /// </summary>
    /// <param name="after">Number of the last event known; 0 for all.</param>
    /// <param name="cancellation">Ends the stream, not the turn.</param>
    [Alias("Watch")]
    IAsyncEnumerable<ChatEvent> WatchAsync(long after, CancellationToken cancellation = default);

    /// <summary>Ends a turn at the next step; one that has ended stays as it is.</summary>
    [Alias("Cancel")]
    Task CancelAsync(string turnId);

    /// <summary>The whole conversation.</summary>
    /// <exception cref="Errors.SessionNotFoundException">There is no such conversation.</exception>
    [Alias("Read")]
    Task<Transcript> ReadAsync();

    /// <summary>What the model looked at where it chose a word of an answer, or painted a picture of it; computed anew each time.</summary>
    /// <exception cref="Errors.SessionNotFoundException">There is no such conversation.</exception>
    /// <exception cref="Errors.InvalidTurnException">The answer has no such token, text or picture.</exception>
    /// <exception cref="Errors.TurnConflictException">The turn is still being answered.</exception>
    /// <exception cref="Errors.CapacityExceededException">Too much is being done now.</exception>
    [Alias("Look"), ResponseTimeout("00:04:00")]
    Task<LookReport> LookAsync(LookQuery query, CancellationToken cancellation);

    /// <summary>Copies the conversation, up to the end of a turn, to a new one, which goes on from there.</summary>
    /// <param name="sessionId">Id of the new session of the same tenant; it must not exist.</param>
    /// <param name="turnId">The last turn that is copied; null for all.</param>
    [Alias("Fork")]
    Task ForkAsync(string sessionId, string? turnId);

    /// <summary>Forgets the conversation for good; its id is not used again.</summary>
    [Alias("Delete")]
    Task DeleteAsync();
}
