using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Illustration;

/// <summary>Has pictures painted and compared. Everything that it asks for may be asked for twice, and is, until it is answered.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="logger">Told of what must be asked again.</param>
internal sealed class FigurePainter(IGrainFactory grains, ILogger logger)
{
    private const int BehindChat = 1;

    /// <summary>One turn of a conversation that is begun where it was not: the picture that it answers with.</summary>
    /// <param name="session">The conversation's key.</param>
    /// <param name="opening">What it begins with.</param>
    /// <param name="key">Names the turn.</param>
    /// <param name="prompt">What is said.</param>
    /// <param name="settings">How it is answered.</param>
    /// <param name="stop">Stops waiting, not the turn.</param>
    /// <exception cref="MmiException">It cannot be painted, also not later.</exception>
    public async Task<ImageId> PaintAsync(string session, SessionOpening opening, string key, string prompt, GenerationSettings settings, CancellationToken stop)
    {
        var grain = grains.GetGrain<IChatSessionGrain>(session);
        await AskAsync(() => grain.CreateAsync(opening), stop);
        var receipt = await AskAsync(() => grain.SendAsync(new TurnRequest(key, [new TextSegment(prompt)], settings) { Priority = BehindChat }), stop);
        return await AskAsync(() => FollowAsync(grain, receipt, stop), stop);
    }

    /// <summary>Ends the turns of a conversation that have not ended.</summary>
    public static async Task CancelAsync(IChatSessionGrain session)
    {
        try
        {
            foreach (var turn in (await session.ReadAsync()).Turns.Where(turn => turn.State == TurnState.Running))
            {
                await session.CancelAsync(turn.TurnId);
            }
        }
        catch (SessionNotFoundException)
        {
            // it was never begun
        }
    }

    /// <summary>How well a picture agrees with others on average; null where there are none.</summary>
    public async Task<double?> CompareAsync(ImageId image, IReadOnlyList<ImageId> others, CancellationToken stop)
    {
        if (others.Count == 0)
        {
            return null;
        }

        var grain = grains.GetGrain<IImageComparisonGrain>(image.ToString());
        return Math.Round((await AskAsync(() => grain.CompareAsync(others, stop), stop)).Average(), 4);
    }

    /// <summary>Asks until there is an answer.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return await ask();
            }
            catch (Exception problem) when (PauseAfter(problem, attempt) is { } pause && !stop.IsCancellationRequested)
            {
                logger.LogDebug("An illustrator asks again: {Problem}", problem.Message);
                await Task.Delay(pause, stop);
            }
        }
    }

    private Task AskAsync(Func<Task> ask, CancellationToken stop) => AskAsync(
        async () =>
        {
            await ask();
            return true;
        },
        stop);

    private static async Task<ImageId> FollowAsync(IChatSessionGrain session, TurnReceipt receipt, CancellationToken stop)
    {
        ImageId? image = null;
        await foreach (var e in session.WatchAsync(receipt.Sequence - 1).WithCancellation(stop))
        {
            switch (e)
            {
                case ImageCompleted completed when e.TurnId == receipt.TurnId:
                    image = completed.Image;
                    break;
                case TurnFailed failed when e.TurnId == receipt.TurnId:
                    throw new InvalidJobException(failed.Code, "turn", failed.Message);
                case TurnCancelled when e.TurnId == receipt.TurnId:
                    throw new InvalidJobException("cancelled", "turn", "The turn was cancelled.");
                case TurnCompleted when e.TurnId == receipt.TurnId:
                    return image ?? throw new InvalidJobException("no_picture", "turn", "The model has answered without a picture.");
            }
        }

        throw new StreamBrokenException(); // it ended elsewhere, or is about to go on
    }

    // Null where asking again does not help.
    private static TimeSpan? PauseAfter(Exception problem, int attempt) => problem switch
    {
        QuotaExceededException quota => TimeSpan.FromSeconds(Math.Clamp(quota.RetryAfter.TotalSeconds, 1, 60)),
        _ when ElsewhereRules.MayTry(problem) || problem is StreamBrokenException or StorageFullException or EnumerationAbortedException or StoreException or IOException or OperationCanceledException
            || problem is TurnConflictException { Code: not "idempotency_conflict" } => TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 2000)),
        _ when problem.InnerException is { } inner => PauseAfter(inner, attempt),
        _ => null,
    };
}
