using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Mmfs.Looks;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>The decoder engine, stepped by hand.</summary>
public sealed class DecoderEngineTests : IDisposable
{
    private static readonly TextOptions Greedy = new() { Sample = false, MaxNewTokens = 20, MinLength = 30, RepetitionPenalty = 1.3 };
    private static readonly TextOptions Sampled = new() { Sample = true, MaxNewTokens = 20, MinLength = 30, Seed = 11 };

    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = SeededModel.Create();

    [Fact]
    public void Text_after_images_is_what_reading_it_in_one_piece_yields()
    {
        var request = Request([5, 6, 7], images: 2, Greedy);
        var expected = Expected(request);
        using var engine = Engine();
        Assert.Equal(expected, Tokens(engine, request));
    }

    [Fact]
    public void A_request_yields_the_same_alone_and_in_company()
    {
        DecodeRequest[] requests =
        [
            Request([5, 6, 7], 2, Greedy), Request([9], 0, Sampled), Request([.. Enumerable.Range(10, 70).Select(id => (long)id)], 1, Sampled),
            Request([8, 8], 3, Greedy with { MaxNewTokens = 7 }), Request([5, 6], 0, Greedy),
        ];
        var alone = requests.Select(request =>
        {
            using var engine = Engine();
            return Tokens(engine, request);
        }).ToArray();

        using var shared = Engine(new() { TokensPerStep = 24 });
        var spans = requests.Select((request, i) =>
        {
            var span = shared.Submit(request with { Scope = $"{i}" });
            shared.Step(); // they come one after the other
            return span;
        }).ToArray();
        Drain(shared);
        Assert.Equal(alone, spans.Select(span => Read(span).Ids));
    }

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
    public void What_a_sequence_has_read_is_not_read_again_and_another_scope_never_finds_it()
    {
        using var engine = Engine();
        var first = Request([.. Enumerable.Range(10, 60).Select(id => (long)id)], 1, Greedy);
        var (ids, _) = Read(Run(engine, first));
        var second = first with { TokenIds = [.. first.TokenIds, .. ids.Select(id => (long)id), 44, 45] };

        var warm = Read(Run(engine, second));
        Assert.InRange(warm.End.ReusedTokens, second.TokenIds.Count - 2 - (2 * 16), second.TokenIds.Count - 1);
        var other = Read(Run(engine, second with { Scope = "another" }));
        Assert.Equal(0, other.End.ReusedTokens);
        Assert.Equal(other.Ids, warm.Ids);
    }

    // A manifest promises the same picture for the same words and seed, and one bit of a prompt can show in it.
    [Fact]
    public void An_images_prompt_is_the_same_each_time_to_the_last_bit()
    {
        using var engine = Engine();
        var request = Request([5, 6, 7, 21], images: 0, Greedy) with { WantsImage = true };
        var prompts = Enumerable.Range(0, 100).Select(i => Read(Run(engine, request with { Scope = $"{i}" })).End.Image!).ToArray();
        Assert.All(prompts, prompt => Assert.Equal(prompts[0], prompt));
    }

    [Fact]
    public void An_image_with_another_key_is_another_prefix()
    {
        using var engine = Engine();
        var request = Request([.. Enumerable.Range(10, 60).Select(id => (long)id)], 1, Greedy);
        Run(engine, request);
        var twin = request with { Images = [request.Images[0] with { Key = "twin" }] };
        Assert.InRange(Read(Run(engine, twin)).End.ReusedTokens, 0, 16);
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
        var requests = Enumerable.Range(0, 3).Select(i => Renamed(Request([5, 6, 7 + i], _model.Config.Llm.Mmfs.MaxImages, Greedy), i)).ToArray();
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
    public void A_wanted_image_gets_the_prompt_that_a_session_paints_from()
    {
        var request = Request([5, 6, 7, 21, 22], images: 1, Greedy) with { WantsImage = true };
        using var engine = Engine();
        var (ids, end) = Read(Run(engine, request));
        Assert.Empty(ids);
        Assert.Equal(SpanEnd.Image, end.Reason);

        var batch = _model.Batch(tensor([.. request.TokenIds, (long)_model.Config.SpecialTokens.Soi], [1, request.TokenIds.Count + 1]));
        var rows = new DecodingRows(_model);
        var encoded = new EncodedImages(request.Images[0].Features.VisualTokens, request.Images[0].Features.Pyramid, request.Images[0].Features.VisualTokens);
        rows.Append(batch.TokenIds, null, encoded.VisualTokens, _model.ProjectImages(batch, encoded));
        var (contexts, mask) = _model.ProjectContexts(batch, rows.HiddenStates(), [1]);
        var expected = _model.ImageDecoder.Resampler.Resample(contexts, mask);
        Assert.InRange((tensor(end.Image!).view(expected.shape) - expected).abs().max().item<float>(), 0, 1e-3f);
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
    public void A_span_that_was_broken_off_goes_on_as_it_would_have()
    {
        foreach (var options in new[] { Greedy, Sampled with { RepetitionPenalty = 1.3 } })
        {
            var request = Request([5, 6, 7], images: 1, options);
            using var engine = Engine();
            var whole = Tokens(engine, request);
            var rest = request with { TokenIds = [.. request.TokenIds, .. whole[..7].Select(id => (long)id)], GeneratedTokens = 7, Options = options with { MaxNewTokens = whole.Length - 7 } };
            using var other = Engine();
            Assert.Equal(whole[7..], Tokens(other, rest));
        }
    }

    [Fact]
    public void A_text_holds_no_token_that_stands_in_none()
    {
        using var engine = Engine();
        var special = _model.Config.SpecialTokens;
        var options = new TextOptions { MaxNewTokens = 200, MinLength = 250, Temperature = 100, TopP = 1, RepetitionPenalty = 1 };
        for (var seed = 0; seed < 20; seed++)
        {
            var ids = Tokens(engine, Request([5], 0, options with { Seed = seed }) with { VocabularySize = 300 });
            Assert.True(ids.Length >= 200);
            Assert.All(ids, id => Assert.True(id < 300 && id != special.Image && id != special.Bos && id != special.Pad));
        }
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
    public void Looks_are_told_of_the_last_tokens_whether_or_not_they_are_cached()
    {
        using var engine = Engine();
        var request = Request([.. Enumerable.Range(10, 60).Select(id => (long)id)], 2, Greedy);
        RecordedLook Look(int tokens)
        {
            var recorder = new LookRecorder();
            var (ids, end) = Read(Run(engine, request with { Looks = recorder, LookTokens = tokens }));
            Assert.Empty(ids);
            Assert.Equal(SpanEnd.Length, end.Reason);
            return recorder.Finish();
        }

        var cold = Look(2);
        Assert.Equal(2, cold.Images.Count);
        Assert.Equal(1, cold.Images.Sum(image => image.Share) + cold.Nothing + cold.Outside, 1e-4);
        Assert.Equal(Shares(cold), Shares(Look(2)));
        Assert.NotEqual(Shares(cold), Shares(Look(1)));
        Assert.NotEqual(Shares(cold), Shares(Look(40)));

        static float[] Shares(RecordedLook look) => [.. look.Images.SelectMany(image => image.Points.Select(point => point.Weight)), look.Nothing];
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

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _quiet.Dispose();
    }

    private DecoderEngine Engine(DecoderOptions? options = null) => new(_model, options ?? new());

    private DecodeRequest Request(long[] text, int images, TextOptions options)
    {
        var special = _model.Config.SpecialTokens;
        long[] image = [special.Soi, .. Enumerable.Repeat((long)special.Image, _model.Config.Sequence.NumImgToken)];
        using var generator = new Generator(3);
        var pixels = rand([images, 3, 64, 64], generator: generator);
        return new DecodeRequest
        {
            Scope = "tests",
            TokenIds = [special.Bos, .. Enumerable.Range(0, images).SelectMany(_ => image), .. text],
            Images = [.. Enumerable.Range(0, images).Select(i => Encode(pixels.narrow(0, i, 1), $"image {i}"))],
            Options = options,
        };
    }

    private DecoderImage Encode(Tensor pixels, string key)
    {
        var encoded = _model.VisualTokenizer.Encode(pixels);
        return new DecoderImage(key, new ImageFeatures(encoded.VisualTokens, encoded.Pyramid));
    }

    private int[] Expected(DecodeRequest request)
    {
        var batch = _model.Batch(tensor(request.TokenIds.ToArray(), [1, request.TokenIds.Count]));
        var levels = Enumerable.Range(0, request.Images[0].Features.Pyramid.Levels.Count)
            .Select(l => cat(request.Images.Select(image => image.Features.Pyramid.Levels[l]).ToArray(), 0));
        var visual = cat(request.Images.Select(image => image.Features.VisualTokens).ToArray(), 0);
        var ids = new TextGenerator(_model).Generate(batch, new EncodedImages(visual, new FeaturePyramid([.. levels]), visual), request.Options)[0];
        return [.. ids[1..].Select(id => (int)id)];
    }

    private static int[] Tokens(DecoderEngine engine, DecodeRequest request) => Read(Run(engine, request)).Ids;

    private static EngineTask<DecodeRequest, DecoderEvent> Run(DecoderEngine engine, DecodeRequest request)
    {
        var span = engine.Submit(request);
        Drain(engine);
        return span;
    }

    private static void Drain(DecoderEngine engine)
    {
        while (engine.Step())
        {
        }
    }

    private static (int[] Ids, SpanEnded End) Read(EngineTask<DecodeRequest, DecoderEvent> span)
    {
        var ids = new List<int>();
        while (span.Events.TryRead(out var e))
        {
            if (e is SpanEnded end)
            {
                return ([.. ids], end);
            }

            ids.Add(((TokenDecoded)e).Id);
        }

        throw new InvalidOperationException("The span has not ended.");
    }
}
