using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Silo.Http.Errors;
using Orleans.Runtime;

namespace MmiGrains.Silo.Http.Streaming;

/// <summary>Asks again what a silo that was lost did not answer: another has it within seconds. Only for calls that may be made twice.</summary>
internal static class Patience
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A call's answer.</summary>
    public static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellation);
            }
            catch (Exception problem) when (IsLoss(problem) && Stopwatch.GetElapsedTime(since) < Most)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    /// <summary>A call without an answer.</summary>
    public static Task CallAsync(Func<Task> call, CancellationToken cancellation) => CallAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellation);

    /// <summary>The events of a conversation after a number, wherever it moves meanwhile, until the turn that is being answered has ended.</summary>
    public static async IAsyncEnumerable<ChatEvent> WatchAsync(IChatSessionGrain session, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var events = session.WatchAsync(after).GetAsyncEnumerator(cancellation);
            try
            {
                while (await TryMoveAsync(events, since) is { } moved)
                {
                    if (!moved)
                    {
                        yield break;
                    }

                    since = Stopwatch.GetTimestamp();
                    after = events.Current.Sequence;
                    yield return events.Current;
                }
            }
            finally
            {
                await CloseAsync(events);
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    // Null where the stream is broken and may be begun again.
    private static async Task<bool?> TryMoveAsync(IAsyncEnumerator<ChatEvent> events, long since)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception problem) when (IsLoss(problem) && Stopwatch.GetElapsedTime(since) < Most)
        {
            return null;
        }
    }

    private static async Task CloseAsync(IAsyncEnumerator<ChatEvent> events)
    {
        try
        {
            await events.DisposeAsync();
        }
        catch (Exception problem) when (IsLoss(problem) || problem is OperationCanceledException)
        {
            // whoever had it is gone
        }
    }

    private static bool IsLoss(Exception problem) => problem is EnumerationAbortedException or StreamBrokenException
        || (problem is not MmiException && ErrorTable.Find(problem) is { Status: StatusCodes.Status503ServiceUnavailable });
}
