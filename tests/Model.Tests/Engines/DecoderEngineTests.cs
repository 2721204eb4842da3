using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs.Looks;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>What the decoder engine yields.</summary>
public sealed class DecoderEngineTests : DecoderEngineFixture
{
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
    public void A_wanted_image_gets_the_prompt_that_a_session_paints_from()
    {
        var request = Request([5, 6, 7, 21, 22], images: 1, Greedy) with { WantsImage = true };
        using var engine = Engine();
        var (ids, end) = Read(Run(engine, request));
        Assert.Empty(ids);
        Assert.Equal(SpanEnd.Image, end.Reason);

        var batch = Model.Batch(tensor([.. request.TokenIds, (long)Model.Config.SpecialTokens.Soi], [1, request.TokenIds.Count + 1]));
        var rows = new DecodingRows(Model);
        var encoded = new EncodedImages(request.Images[0].Features.VisualTokens, request.Images[0].Features.Pyramid, request.Images[0].Features.VisualTokens);
        rows.Append(batch.TokenIds, null, encoded.VisualTokens, Model.ProjectImages(batch, encoded));
        var (contexts, mask) = Model.ProjectContexts(batch, rows.HiddenStates(), [1]);
        var expected = Model.ImageDecoder.Resampler.Resample(contexts, mask);
        Assert.InRange((tensor(end.Image!).view(expected.shape) - expected).abs().max().item<float>(), 0, 1e-3f);
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
        var special = Model.Config.SpecialTokens;
        var options = new TextOptions { MaxNewTokens = 200, MinLength = 250, Temperature = 100, TopP = 1, RepetitionPenalty = 1 };
        for (var seed = 0; seed < 20; seed++)
        {
            var ids = Tokens(engine, Request([5], 0, options with { Seed = seed }) with { VocabularySize = 300 });
            Assert.True(ids.Length >= 200);
            Assert.All(ids, id => Assert.True(id < 300 && id != special.Image && id != special.Bos && id != special.Pad));
        }
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
}
