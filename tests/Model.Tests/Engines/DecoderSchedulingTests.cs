using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>Which sequences the decoder engine runs together, in turn or not at all.</summary>
public sealed class DecoderSchedulingTests : DecoderEngineFixture
{
    [Theory]
    [InlineData("gone amid the batch")]
    [InlineData("gone before it runs")]
    [InlineData("not finite")]
    public void A_sequence_that_cannot_be_computed_fails_alone(string problem)
    {
        var good = Request([5, 6, 7], 2, Greedy);
        using var alone = Engine();
        var expected = Tokens(alone, good);
        using var engine = Engine();
        var bad = Request([5, 6, 7], 2, Greedy) with { Scope = "bad" };
        bad = bad with { Images = [bad.Images[0], bad.Images[1] with { Key = "broken" }] };
        switch (problem)
        {
            case "gone amid the batch":
                bad.Images[1].Features.VisualTokens.Dispose();
                break;
            case "gone before it runs":
                bad.Images[1].Features.Dispose();
                break;
            default:
                bad.Images[1].Features.VisualTokens.fill_(float.NaN);
                break;
        }

        var (first, broken) = (engine.Submit(good), engine.Submit(bad));
        Drain(engine);
        Assert.True(broken.Events.Completion.IsFaulted);
        Assert.Equal(expected, Read(first).Ids);
        Assert.Equal((0, 0), (engine.OpenCount, engine.RunningCount));
    }

    [Fact]
    public void The_less_urgent_give_way_and_end_with_the_same_tokens()
    {
        DecodeRequest[] requests = [.. Enumerable.Range(0, 6).Select(i => Request([5, 6, 7, 8, 9 + i], i % 3, i % 2 == 0 ? Greedy : Sampled) with { Scope = $"{i}", Priority = 1 - (i % 2) })];
        var alone = requests.Select(request =>
        {
            using var engine = Engine();
            return Tokens(engine, request);
        }).ToArray();

        using var small = Engine(new() { Blocks = 9, BlockTokens = 8 });
        var spans = requests.Select(request =>
        {
            var span = small.Submit(request);
            small.Step(); // the less urgent come first
            return span;
        }).ToArray();
        Drain(small);
        Assert.Equal(alone, spans.Select(span => Read(span).Ids));
        Assert.Equal(9, small.FreeBlocks);
    }

    [Theory]
    [InlineData(8, 2)] // each may come to need 4 blocks of 8 tokens, though it begins with 1
    [InlineData(11, 2)]
    [InlineData(12, 3)]
    public void A_sequence_runs_when_all_that_it_may_come_to_need_is_there(int blocks, int running)
    {
        using var engine = Engine(new() { Blocks = blocks, BlockTokens = 8 });
        var batch = engine.Submit(Request([9, 5, 6], 0, Greedy) with { Priority = 1 });
        engine.Step();
        Assert.Equal(1, engine.RunningCount);
        var chats = Enumerable.Range(0, 3).Select(i => engine.Submit(Request([5, 6, 7 + i], 0, Greedy))).ToArray();
        engine.Step();
        Assert.Equal(running, engine.RunningCount);
        Drain(engine);
        Assert.All(chats, chat => Assert.Equal(20, Read(chat).Ids.Length));
        Assert.Equal(20, Read(batch).Ids.Length);
    }

    [Fact]
    public void Sequences_run_together_while_the_images_that_they_look_at_have_room()
    {
        var requests = Enumerable.Range(0, 3).Select(i => Renamed(Request([5, 6, 7 + i], Model.Config.Llm.Mmfs.MaxImages, Greedy), i)).ToArray();
        using var engine = Engine(new() { ProjectedImageBytes = 0 });
        Array.ForEach(requests, request => engine.Submit(request));
        engine.Submit(requests[0]); // looks at the same
        engine.Step();
        Assert.Equal(1, engine.RunningCount);
        Drain(engine);
        Array.ForEach(requests, request => engine.Submit(request with { TokenIds = requests[0].TokenIds, Images = requests[0].Images }));
        engine.Step();
        Assert.Equal(3, engine.RunningCount);
        Drain(engine);

        static DecodeRequest Renamed(DecodeRequest request, int i) => request with { Images = [.. request.Images.Select(image => image with { Key = $"{i} {image.Key}" })] };
    }

    [Fact]
    public void A_cancelled_span_ends_at_the_next_step_and_leaves_nothing_behind()
    {
        using var engine = Engine();
        var span = engine.Submit(Request([5, 6, 7], 2, Greedy));
        var waiting = engine.Submit(Request([5], 0, Greedy));
        engine.Step();
        engine.Step();
        span.Cancel();
        waiting.Cancel();
        engine.Step();
        Assert.Equal(SpanEnd.Cancelled, Read(span).End.Reason);
        Assert.Equal(SpanEnd.Cancelled, Read(waiting).End.Reason);
        Assert.Equal((0, new DecoderOptions().Blocks), (engine.OpenCount, engine.FreeBlocks));
    }

    [Fact]
    public void Scopes_take_turns()
    {
        using var engine = Engine(new() { MaxRunning = 1, MaxWaiting = 8 });
        var options = Greedy with { MaxNewTokens = 1, MinLength = 0 };
        var order = new List<int>();
        var spans = new[] { "a", "a", "a", "b" }.Select(scope => engine.Submit(Request([5, 6], 0, options) with { Scope = scope })).ToArray();
        do
        {
            order.AddRange(Enumerable.Range(0, spans.Length).Where(i => spans[i].Finished.IsCompleted && !order.Contains(i)));
        }
        while (engine.Step());

        order.AddRange(Enumerable.Range(0, spans.Length).Where(i => !order.Contains(i)));
        Assert.Equal([0, 3, 1, 2], order);
    }

    [Fact]
    public void What_can_never_run_or_would_wait_too_long_is_refused()
    {
        using var engine = Engine(new() { Blocks = 3, MaxRunning = 1, MaxWaiting = 1 });
        var tooLong = Assert.Throws<CapacityException>(() => engine.Submit(Request([.. Enumerable.Repeat(7L, 60)], 0, Greedy)));
        Assert.Equal("The request needs 6 blocks; there are 3.", tooLong.Message);
        engine.Submit(Request([5], 0, Greedy));
        engine.Submit(Request([5], 0, Greedy));
        var busy = Assert.Throws<CapacityException>(() => engine.Submit(Request([5], 0, Greedy)));
        Assert.True(busy.IsPassing);
        Assert.Throws<ArgumentException>(() => engine.Submit(Request([5], 1, Greedy) with { Images = [] }));
    }
}
