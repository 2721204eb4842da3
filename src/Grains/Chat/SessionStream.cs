using System.Runtime.CompilerServices;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;

namespace MmiGrains.Grains.Chat;

/// <summary>What happens in a session, as one who watches is told: the past at once, then what comes as it comes.</summary>
internal static class SessionStream
{
    /// <summary>The events after a number, until no turn runs.</summary>
    /// <param name="state">The session as it stood when the watch began.</param>
    /// <param name="after">Number of the last event known; 0 for all.</param>
    /// <param name="isHere">Whether the session still goes on from that state.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="StreamBrokenException">It goes on elsewhere.</exception>
    public static async IAsyncEnumerable<ChatEvent> Watch(
        SessionState state, long after, Func<bool> isHere, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ImageProgress? shown = null;
        while (true)
        {
            var changed = state.Changed;
            for (var i = state.IndexAfter(after); i < state.Events.Count; i++)
            {
                after = state.Events[i].Sequence;
                yield return state.Events[i];
            }

            if (state.Progress is { } progress && progress != shown && progress.Sequence == after)
            {
                shown = progress;
                yield return progress;
            }

            if (state.Running is null)
            {
                yield break;
            }

            if (!isHere())
            {
                throw new StreamBrokenException();
            }

            await changed.WaitAsync(cancellation);
        }
    }
}
