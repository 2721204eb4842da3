using System.Diagnostics;
using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>Users that each say one thing in a session of their own and watch the answer come.</summary>
internal static class SessionLoad
{
    /// <summary>Makes the sessions, then has all speak at once and reads the answers to their ends.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="sessions">How many.</param>
    /// <param name="saying">What is said.</param>
    /// <param name="settings">A session's settings.</param>
    public static async Task<Load> RunAsync(IGrainFactory grains, int sessions, string saying, Func<int, GenerationSettings> settings)
    {
        var users = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => CreateAsync(grains)));
        var start = Stopwatch.GetTimestamp();
        var tokens = await Task.WhenAll(users.Select((user, i) => Task.Run(() => SayAsync(user, [new TextSegment(saying)], settings(i)))));
        return new Load(tokens.Sum(answer => answer.Tokens), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>A new session.</summary>
    public static async Task<IChatSessionGrain> CreateAsync(IGrainFactory grains)
    {
        var session = grains.GetGrain<IChatSessionGrain>($"bench/{Guid.NewGuid():N}");
        await session.CreateAsync();
        return session;
    }

    /// <summary>Says something and reads the answer.</summary>
    /// <returns>The answer's tokens, and the seconds until its first event.</returns>
    public static async Task<(int Tokens, double First)> SayAsync(IChatSessionGrain session, IReadOnlyList<Segment> content, GenerationSettings settings)
    {
        var start = Stopwatch.GetTimestamp();
        var receipt = await session.SendAsync(new TurnRequest(Guid.NewGuid().ToString("N"), content, settings));
        var (tokens, first) = (0, 0.0);
        await foreach (var e in session.WatchAsync(receipt.Sequence))
        {
            first = first == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : first;
            switch (e)
            {
                case TextDelta text:
                    tokens += text.TokenIds.Count;
                    break;
                case TurnFailed failed:
                    throw new InvalidOperationException($"A turn failed: {failed.Message}");
            }

            if (e.EndsTurn)
            {
                break;
            }
        }

        return (tokens, first);
    }
}
