using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Chaos;

/// <summary>
/// Compares what clients were told, by their own logs, with what the system holds at the end: nothing acknowledged may be missing, double, out of
/// order or changed.
/// </summary>
internal static class ChaosChecker
{
    /// <summary>What is wrong with one session; nothing if all is well.</summary>
    /// <param name="session">Its key.</param>
    /// <param name="log">The client's log.</param>
    /// <param name="held">All durable events, as a fresh reader is told them.</param>
    public static IReadOnlyList<string> Check(string session, IReadOnlyList<JsonObject> log, IReadOnlyList<ChatEvent> held)
    {
        var wrong = new List<string>();
        void Wrong(string what) => wrong.Add($"{session}: {what}");

        var order = held.Select(e => e.Sequence).ToArray();
        if (!order.Zip(order.Skip(1)).All(pair => pair.First < pair.Second))
        {
            Wrong("events are not in order");
        }

        var bySequence = held.GroupBy(e => e.Sequence).ToDictionary(group => group.Key, group => group.First());
        var accepted = held.OfType<TurnAccepted>().ToArray();
        foreach (var twice in accepted.GroupBy(e => e.TurnId).Where(group => group.Count() > 1))
        {
            Wrong($"turn {twice.Key} was accepted {twice.Count()} times");
        }

        var acknowledged = log.Where(line => (string)line["what"]! == "acknowledged").ToArray();
        foreach (var line in acknowledged)
        {
            if (bySequence.GetValueOrDefault((long)line["sequence"]!) is not TurnAccepted e || e.TurnId != (string)line["turn"]!)
            {
                Wrong($"the acknowledged turn {line["key"]} is lost");
            }
        }

        foreach (var again in acknowledged.GroupBy(line => (string)line["key"]!).Where(group => group.Select(line => (string)line["turn"]!).Distinct().Count() > 1))
        {
            Wrong($"the key {again.Key} became several turns");
        }

        // A turn whose acknowledgement never came may be there; of the others none may be too many.
        if (accepted.Length > acknowledged.Select(line => (string)line["turn"]!).Distinct().Count() + 1)
        {
            Wrong($"{accepted.Length} turns are held, {acknowledged.Length} were acknowledged");
        }

        var seen = 0L;
        foreach (var line in log.Where(line => (string)line["what"]! == "saw"))
        {
            var sequence = (long)line["sequence"]!;
            if (sequence <= seen || held.Any(e => e.Sequence > seen && e.Sequence < sequence))
            {
                Wrong($"event {sequence} was seen after {seen}");
            }

            seen = sequence;
            if (!bySequence.TryGetValue(sequence, out var e) || JsonSerializer.Serialize(e) != (string)line["event"]!)
            {
                Wrong($"event {sequence} is not what was seen");
            }
        }

        foreach (var line in log.Where(line => (string)line["what"]! == "refused"))
        {
            Wrong($"the client was refused: {line["call"]}: {line["problem"]}");
        }

        // Who came back after it gave up was answered, or has given up again.
        if (log.LastOrDefault(line => (string)line["what"]! is "gave up" or "came back") is { } last && (string)last["what"]! == "gave up")
        {
            Wrong($"the client gave up: {last["call"]}: {last["problem"]}");
        }

        foreach (var failed in held.OfType<TurnFailed>())
        {
            Wrong($"turn {failed.TurnId} failed: {failed.Message}");
        }

        return wrong;
    }
}
