using System.Net;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Tests.Http;

public sealed class TurnTests(HttpSilo silo)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_comes_as_numbered_events_and_ends()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        var events = await client.SayAsync(session, NativeClient.Turn("what do you see?"));
        Assert.Equal(("accepted", "completed", "end"), (events[0].Name, events[^2].Name, events[^1].Name));
        Assert.All(events.Skip(1).SkipLast(2), e => Assert.Equal("text", e.Name));
        Assert.Equal(Enumerable.Range(1, events.Count - 1).Select(number => (string?)$"{number}"), events.SkipLast(1).Select(e => e.Id));
        Assert.True((long)events[0].Data["settings"]!["seed"]! >= 0);
        Assert.InRange((int)events[^2].Data["usage"]!["completion_tokens"]!, 1, 16);

        var transcript = (await client.GetAsync($"/v1/sessions/{session}")).Body();
        var turn = Assert.Single(transcript["turns"]!.AsArray())!;
        Assert.Equal("completed", (string)turn["state"]!);
        Assert.Equal(string.Concat(events.Where(e => e.Name == "text").Select(e => (string)e.Data["text"]!)), (string)turn["answer"]![0]!["text"]!);
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_event_that_is_known()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        var all = await client.SayAsync(session, NativeClient.Turn("tell a story about Bo."));
        Assert.True(all.Count > 3, $"{all.Count} events");
        var rest = await client.WatchAsync(session, after: 2);
        Assert.Equal(all.Skip(2).Select(e => (e.Name, e.Id, e.Data.ToJsonString())), rest.Select(e => (e.Name, e.Id, e.Data.ToJsonString())));
        var none = await client.WatchAsync(session, after: 1_000_000);
        Assert.Equal("end", Assert.Single(none).Name);
    }

    // What could have become a stop text is held back until the answer has ended; the end is told of after the last token.
    [Fact]
    public async Task Text_that_only_began_like_a_stop_text_is_told_at_the_end()
    {
        using var client = await silo.ConnectAsync();
        string[] texts = ["what do you see?", "tell a story about Bo.", "hello.", "is it red?"];
        async Task<string> AnswerAsync(string text, string stop)
        {
            var events = await client.SayAsync(await client.CreateAsync(), NativeClient.Turn(text, $"\"max_tokens\": 60, \"max_images\": 0, \"temperature\": 0{stop}"));
            Assert.Equal("completed", events[^2].Name);
            return string.Concat(events.Where(e => e.Name == "text").Select(e => (string)e.Data["text"]!));
        }

        foreach (var text in texts)
        {
            var whole = await AnswerAsync(text, "");
            var stop = $", \"stop\": [{JsonValue.Create(whole[^Math.Min(whole.Length, 200)..] + "~").ToJsonString()}]";
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AnswerAsync(text, stop))), answer => Assert.Equal(whole, answer));
        }
    }

    [Fact]
    public async Task One_key_is_one_turn_and_the_same_bytes()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        var key = ("Idempotency-Key", "once");
        var first = await client.SayAsync(session, NativeClient.Turn("hello."), key);
        var again = await client.SayAsync(session, NativeClient.Turn("hello."), key);
        Assert.Equal(first.Select(e => e.Data.ToJsonString()), again.Select(e => e.Data.ToJsonString()));
        var other = await client.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", NativeClient.Json(NativeClient.Turn("good bye.")), key);
        other.Refusal(HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
        Assert.Single((await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]!.AsArray());
    }

    [Fact]
    public async Task A_picture_is_started_shown_and_stored()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        var events = await client.SayAsync(
            session, NativeClient.Turn("a big red star.", "\"image_first\": true, \"max_images\": 1, \"image_steps\": 6, \"preview_every\": 2, \"max_tokens\": 4"));
        Assert.Contains(events, e => e.Name == "image_started");
        Assert.All(events.Where(e => e.Name == "image_progress"), e => Assert.True(e.Id is null or "" && (int)e.Data["step"]! <= 6));
        Assert.Contains(events, e => e.Name == "image_progress" && e.Data["preview"] is { } preview && Convert.FromBase64String((string)preview!) is [0x89, (byte)'P', ..]);
        var image = Assert.Single(events, e => e.Name == "image_completed");
        var picture = await client.GetAsync((string)image.Data["url"]!);
        Assert.Equal("image/png", picture.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(64, ((string)image.Data["image_id"]!).Length);
    }

    [Fact]
    public async Task Who_goes_away_ends_nothing()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        await foreach (var e in client.EventsAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", NativeClient.Turn("tell a story about Kim.")))
        {
            Assert.Equal("accepted", e.Name);
            break; // the connection is closed here
        }

        var events = await client.WatchAsync(session, after: 0);
        Assert.Equal("completed", events[^2].Name);
    }

    [Fact]
    public async Task A_cancelled_answer_ends_at_once()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        var names = new List<string>();
        var turn = NativeClient.Turn("a big red star.", "\"image_first\": true, \"image_steps\": 1000, \"preview_every\": 0");
        await foreach (var e in client.EventsAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", turn))
        {
            names.Add(e.Name);
            if (e.Name == "image_started")
            {
                var cancelled = await client.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns/{e.Data["turn_id"]}/cancel");
                Assert.Equal("cancelled", (string)cancelled.Body()["state"]!);
            }
        }

        Assert.Equal(["cancelled", "end"], names.TakeLast(2));
        var unknown = await client.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns/none/cancel");
        unknown.Refusal(HttpStatusCode.NotFound, "turn_not_found");
        var next = await client.SayAsync(session, NativeClient.Turn("hello.")).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal("completed", next[^2].Name);
    }

    [Fact]
    public async Task An_uploaded_picture_is_asked_about()
    {
        using var client = await silo.ConnectAsync();
        var (session, image) = (await client.CreateAsync(), await client.UploadAsync(SomePictures.Png()));
        var events = await client.SayAsync(
            session, $$$"""{"content": [{"type": "image", "image_id": "{{{image}}}"}, {"type": "text", "text": "what do you see?"}], "settings": {"max_tokens": 12, "max_images": 0}}""");
        var blind = await client.SayAsync(await client.CreateAsync(), NativeClient.Turn("what do you see?"));
        Assert.Equal("completed", events[^2].Name);
        Assert.True(PromptTokens(events) > PromptTokens(blind) + 1, $"{PromptTokens(events)} tokens with the picture, {PromptTokens(blind)} without");

        static int PromptTokens(IReadOnlyList<Event> answer) => (int)answer[^2].Data["usage"]!["prompt_tokens"]!;
    }
}
