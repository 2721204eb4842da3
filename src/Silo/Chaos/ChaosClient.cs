using System.Diagnostics;
using System.Text.Json;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;

namespace MmiGrains.Silo.Chaos;

/// <summary>A user who says something, reads the answer to its end, and says the next thing; whatever fails is asked again, as a good client does.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="session">Key of its session.</param>
/// <param name="log">What it was told; null where nobody checks.</param>
/// <param name="settings">How it wants its answers.</param>
/// <param name="patience">How long it waits without any news before it gives up; null for <see cref="Patience"/>.</param>
internal sealed class ChaosClient(IGrainFactory grains, string session, ClientLog? log, GenerationSettings settings, TimeSpan? patience = null)
{
    private static readonly string[] Sayings =
    [
        "a big red star.", "describe the picture.", "what colour is the star?", "draw what happens next.", "make the star blue.", "how many circles are there?",
        "please draw a small green circle.", "is the circle big?", "tell a story about Bo.", "a yellow heart in the centre.",
    ];

    /// <summary>How long a client waits without any news before it gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private int _turn;
    private long _began;
    private long _last;
    private long _heard;

    /// <summary>Turns whose answers were read to their ends.</summary>
    public int Finished { get; private set; }

    /// <summary>Calls that were made again, the most for one thing.</summary>
    public int MostRetries { get; private set; }

    /// <summary>The longest time from what it said to the end of the answer.</summary>
    public TimeSpan SlowestTurn { get; private set; }

    /// <summary>
    /// Talks until it is told to stop, once at least; a turn that is begun is read to its end. Called again after it gave up, it goes on with the turn that it
    /// left.
    /// </summary>
    /// <param name="stop">Tells it.</param>
    /// <param name="turns">Turns, at most.</param>
    /// <param name="finished">Told of each turn whose answer was read.</param>
    public async Task TalkAsync(CancellationToken stop, int turns = int.MaxValue, Action? finished = null)
    {
        await RetryAsync("create", () => Session.CreateAsync());
        do
        {
            _began = _began == 0 ? Stopwatch.GetTimestamp() : _began;
            await TurnAsync($"turn-{_turn}");
            SlowestTurn = TimeSpan.FromTicks(Math.Max(SlowestTurn.Ticks, Stopwatch.GetElapsedTime(_began).Ticks));
            (_turn, _began) = (_turn + 1, 0);
            Finished++;
            finished?.Invoke();
        }
        while (_turn < turns && !stop.IsCancellationRequested);
    }

    /// <summary>Deletes its session.</summary>
    public Task DeleteAsync() => RetryAsync("delete", async () =>
    {
        try
        {
            await Session.DeleteAsync();
        }
        catch (SessionNotFoundException)
        {
            // Deleted by a call whose answer was lost.
        }
    });

    private IChatSessionGrain Session => grains.GetGrain<IChatSessionGrain>(session);

    private async Task TurnAsync(string key)
    {
        var request = new TurnRequest(key, [new TextSegment(Sayings[_turn % Sayings.Length])], settings with { ImageFirst = _turn % 5 == 0 });
        var receipt = await RetryAsync("send", () => Session.SendAsync(request));
        log?.Acknowledged(key, receipt.TurnId, receipt.Sequence);
        await RetryAsync("watch", () => WatchAsync(receipt.TurnId));
    }

    private async Task WatchAsync(string turnId)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var e in Session.WatchAsync(_last).WithCancellation(late.Token))
        {
            if (!e.IsDurable)
            {
                continue;
            }

            log?.Saw(e.Sequence, e.TurnId, JsonSerializer.Serialize(e));
            (_last, _heard) = (e.Sequence, Stopwatch.GetTimestamp());
            if (e.TurnId == turnId && e.EndsTurn)
            {
                return;
            }
        }

        throw new TimeoutException("The stream ended before the turn did.");
    }

    private async Task<T> RetryAsync<T>(string call, Func<Task<T>> action)
    {
        _heard = Stopwatch.GetTimestamp();
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await action();
            }
            catch (Exception problem) when (problem is not InvalidTurnException and not TurnConflictException and not StateLostException and not SessionNotFoundException
                && Stopwatch.GetElapsedTime(_heard) < (patience ?? Patience))
            {
                MostRetries = Math.Max(MostRetries, retries + 1);
                log?.Retried(call, $"{problem.GetType().Name}: {problem.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(200 * (retries + 1), 2000)));
            }
            catch (Exception problem) when (Stopwatch.GetElapsedTime(_heard) >= (patience ?? Patience))
            {
                log?.GaveUp(call, $"{problem.GetType().Name}: {problem.Message}");
                throw;
            }
            catch (Exception problem)
            {
                log?.Refused(call, $"{problem.GetType().Name}: {problem.Message}");
                throw;
            }
        }
    }

    private Task RetryAsync(string call, Func<Task> action) => RetryAsync(call, async () =>
    {
        await action();
        return true;
    });
}
