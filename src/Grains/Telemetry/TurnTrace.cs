using System.Diagnostics;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Telemetry;

/// <summary>
/// A turn's trace, over all silos that work on it. Its id is the turn's, so that who has the one finds the other, and so that a turn that another silo takes
/// up stays one trace. What belongs together is told along with the grains' calls.
/// </summary>
internal static class TurnTrace
{
    private const string Key = "mmi.traceparent";

    /// <summary>Begins a turn's own activity; null where nobody listens.</summary>
    public static Activity? Begin(TurnId turn)
    {
        (Activity.Current, _) = (null, RequestContext.Remove(Key)); // the turn may be begun by the end of another
        var parent = new ActivityContext(
            ActivityTraceId.CreateFromString(turn.ToString()), ActivitySpanId.CreateFromString(turn.ToString().AsSpan(0, 16)), ActivityTraceFlags.Recorded, isRemote: true);
        return Tell(MmiInstruments.Activities.StartActivity("turn", ActivityKind.Server, parent));
    }

    /// <summary>Begins a part of whatever turn called; null where nobody listens. To be called in a method of its own: what the method calls belongs to the part.</summary>
    public static Activity? Begin(string part) =>
        RequestContext.Get(Key) is string caller && ActivityContext.TryParse(caller, null, isRemote: true, out var parent)
            ? Tell(MmiInstruments.Activities.StartActivity(part, ActivityKind.Internal, parent))
            : null;

    private static Activity? Tell(Activity? activity)
    {
        if (activity is not null)
        {
            RequestContext.Set(Key, activity.Id!);
        }

        return activity;
    }
}
