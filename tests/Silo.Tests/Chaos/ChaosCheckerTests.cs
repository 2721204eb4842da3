using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>A checker that finds nothing must have been able to.</summary>
public sealed class ChaosCheckerTests
{
    private static readonly ChatEvent[] Held =
    [
        new TurnAccepted([new TextSegment("a")], new GenerationSettings()) { Sequence = 1, TurnId = "t1" },
        new TextDelta("b", [5]) { Sequence = 2, TurnId = "t1" },
        new TurnCompleted(FinishReason.Stop, new TurnUsage(1, 0, 1, 0)) { Sequence = 3, TurnId = "t1" },
    ];

    private static JsonObject[] Log => [Acknowledged("k1", "t1", 1), .. Held.Select(Saw)];

    [Fact]
    public void All_is_well() => Assert.Empty(ChaosChecker.Check("s", Log, Held));

    [Fact]
    public void A_lost_turn_is_found() => Found("lost", [.. Log, Acknowledged("k2", "t2", 4)], Held);

    [Fact]
    public void A_turn_that_was_accepted_twice_is_found() =>
        Found("is held", Log, [.. Held, .. Held.Select(e => e with { TurnId = e.TurnId + "x", Sequence = e.Sequence + 3 }), .. Held.Select(e => e with { TurnId = e.TurnId + "y", Sequence = e.Sequence + 6 })], "are held");

    [Fact]
    public void A_gap_is_found() => Found("was seen after", [Log[0], Log[1], Log[3]], Held);

    [Fact]
    public void A_repeat_is_found() => Found("was seen after", [.. Log, Log[2]], Held);

    [Fact]
    public void A_changed_event_is_found() => Found("is not what was seen", Log, [Held[0], Held[1] with { TurnId = "t1", Sequence = 2 } is TextDelta delta ? delta with { Text = "c" } : Held[1], Held[2]]);

    [Fact]
    public void A_key_that_became_two_turns_is_found() => Found("several turns", [.. Log, Acknowledged("k1", "t9", 1)], Held);

    [Fact]
    public void A_failed_turn_is_found() => Found("failed", Log[..3], [Held[0], Held[1], new TurnFailed("code", "It failed.") { Sequence = 3, TurnId = "t1" }]);

    [Fact]
    public void A_client_that_gave_up_is_found() => Found("gave up", [.. Log, Said("gave up"), Said("came back"), Said("gave up")], Held);

    [Fact]
    public void A_client_that_was_refused_is_found_though_it_came_back() => Found("was refused", [Log[0], Said("refused"), Said("came back"), .. Log[1..]], Held);

    [Fact]
    public void One_that_came_back_and_was_answered_is_well() => Assert.Empty(ChaosChecker.Check("s", [Log[0], Log[1], Said("gave up"), Said("came back"), .. Log[2..]], Held));

    private static void Found(string what, JsonObject[] log, ChatEvent[] held, string? or = null)
    {
        var wrong = ChaosChecker.Check("s", log, held);
        Assert.Contains(wrong, sentence => sentence.Contains(what, StringComparison.Ordinal) || (or is not null && sentence.Contains(or, StringComparison.Ordinal)));
    }

    private static JsonObject Said(string what) => new() { ["what"] = what };

    private static JsonObject Acknowledged(string key, string turn, long sequence) =>
        new() { ["what"] = "acknowledged", ["key"] = key, ["turn"] = turn, ["sequence"] = sequence };

    private static JsonObject Saw(ChatEvent e) =>
        new() { ["what"] = "saw", ["sequence"] = e.Sequence, ["turn"] = e.TurnId, ["event"] = JsonSerializer.Serialize(e) };
}
