using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Tests.Chat;

public sealed class SessionStateTests
{
    private static readonly ImageId Star = new("acme", new string('a', 64));
    private static readonly ImageId Moon = new("acme", new string('b', 64));
    private readonly SessionState _state = new();
    private long _next = 1;

    [Fact]
    public void An_answer_goes_on_after_its_own_tokens_and_images()
    {
        Apply(1, Accepted("hello", Star));
        Apply(1, new TextDelta("it is", [7, 8]));
        Apply(1, new ImageStarted(0, 5));
        Assert.NotNull(_state.Running!.OpenImage);
        Apply(1, new ImageCompleted(0, Moon));
        Apply(1, new TextDelta(" blue", [9]));

        var turn = _state.Running!;
        Assert.Equal((3, 1), (turn.TokenCount, turn.SpanTokens));
        Assert.Null(turn.OpenImage);
        Assert.Equal(["text hello", "image a", "tokens 7,8", "image b", "tokens 9"], Parts(turn));
        Assert.Equal([new TextSegment("it is"), new ImageSegment(Moon), new TextSegment(" blue")], turn.View.Answer);
    }

    [Fact]
    public void Ended_turns_come_before_in_order_each_with_its_end()
    {
        Apply(1, Accepted("one"));
        Apply(2, Accepted("two"));
        Apply(1, new TextDelta("x", [3]));
        Assert.Equal("1", _state.Running!.Id.Value.ToString());
        Apply(1, new TurnCompleted(FinishReason.Stop, new TurnUsage(1, 0, 1, 0)));

        Assert.Equal("2", _state.Running!.Id.Value.ToString());
        Assert.Equal(["text one", "tokens 3", "end", "text two"], Parts(_state.Running!));
        Apply(2, new TurnCancelled());
        Assert.Null(_state.Running);
        Assert.Equal(0, _state.OpenCount);
    }

    [Fact]
    public void What_was_said_elsewhere_comes_first_and_is_read_back_from_the_first_record()
    {
        var opening = new SessionOpening
        {
            History = [new PastTurn([new TextSegment("one"), new ImageSegment(Star)], [new TextSegment("a star")]), new PastTurn([new TextSegment("two")], [])],
            WarmName = "w",
            IsPassing = true,
        };
        var session = new SessionKey("acme", "s");
        var accepted = EventRecords.ToRecord(Accepted("three"), new TurnId(1));
        var state = SessionState.Of(session, new JournalContents(1, 1, default,
        [
            new JournalRecord(0, 1, RecordKind.Session, TurnId.None, EventRecords.ToBytes(opening)),
            new JournalRecord(1, 1, accepted.Kind, accepted.Turn, accepted.Payload),
        ]));

        Assert.Equal(["text one", "image a", "text a star", "end", "text two", "end", "text three"], Describe(state.SequenceOf(state.Running!)));
        Assert.Equal(("w", true), (state.Opening.WarmName, state.Opening.IsPassing));
        Assert.Single(state.Turns);
        var before = SessionState.Of(session, new JournalContents(1, 0, default, [new JournalRecord(0, 1, RecordKind.Session, TurnId.None, "{}"u8.ToArray())]));
        Assert.Empty(before.Opening.History); // as sessions without one are stored
    }

    [Fact]
    public void Events_after_any_number_are_found()
    {
        Apply(1, Accepted("one"));
        _next = 7;
        Apply(1, new TextDelta("x", [3]));
        Assert.Equal([0, 1, 1, 2], new[] { 0L, 1, 6, 7 }.Select(_state.IndexAfter));
    }

    [Fact]
    public void Records_are_read_back_as_the_events_that_were_written()
    {
        ChatEvent[] events =
        [
            Accepted("one", Star), new TextDelta("ä\n", [1, 2]) { LogProbabilities = [-0.5f, -1] }, new ImageStarted(0, 9), new ImageCompleted(0, Moon),
            new TurnCompleted(FinishReason.Length, new TurnUsage(4, 3, 2, 1)), new TurnFailed("code", "A sentence."), new TurnCancelled(),
        ];
        var session = new SessionKey("acme", "s");
        foreach (var e in events)
        {
            var record = EventRecords.ToRecord(e, new TurnId(4));
            var read = EventRecords.FromRecord(session, new JournalRecord(5, 1, record.Kind, record.Turn, record.Payload))!;
            Assert.Equal((5, new TurnId(4).ToString()), (read.Sequence, read.TurnId));
            Assert.Equal(EventRecords.ToBytes(e), EventRecords.ToBytes(read with { Sequence = 0, TurnId = "" }));
        }

        Assert.Throws<StateDamagedException>(() => EventRecords.FromRecord(session, new JournalRecord(5, 1, RecordKind.Chunk, new TurnId(4), "{"u8.ToArray())));
    }

    private static TurnAccepted Accepted(string text, params ImageId[] images) =>
        new([new TextSegment(text), .. images.Select(image => new ImageSegment(image))], new GenerationSettings { Seed = 1 });

    private static IEnumerable<string> Describe(IEnumerable<SequencePart> parts) => parts.Select(part => part switch
    {
        TextPart text => $"text {text.Text}",
        TokenPart tokens => $"tokens {string.Join(',', tokens.Ids)}",
        ImagePart image => $"image {image.Image.Hash[0]}",
        _ => "end",
    });

    private IEnumerable<string> Parts(SessionTurn turn) => Describe(_state.SequenceOf(turn));

    private void Apply(int turn, ChatEvent e)
    {
        var id = new TurnId((UInt128)turn);
        _state.Apply(e with { Sequence = _next++, TurnId = id.ToString() }, id);
    }
}
