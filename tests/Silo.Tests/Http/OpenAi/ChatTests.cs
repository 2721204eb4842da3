using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Imaging;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.OpenAi.Answers;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

public sealed partial class ChatTests(KeyedSilo silo)
{
    private const string Path = "/v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_that_has_grown_finds_what_was_read_before()
    {
        var messages = new JsonArray(ChatClient.Said("user", "Bo has a small red circle and a large blue square. what colour is the square?"));
        var body = new JsonObject { ["model"] = "mini", ["max_tokens"] = 24, ["max_images"] = 0, ["messages"] = messages };
        var first = await silo.AnswerAsync(Path, body);
        var read = (int)first["usage"]!["prompt_tokens"]! + (int)first["usage"]!["completion_tokens"]!;
        messages.Add(ChatClient.Said("assistant", first["choices"]![0]!["message"]!["content"]!.DeepClone()));
        messages.Add(ChatClient.Said("user", "and the circle?"));

        var second = await silo.AnswerAsync(Path, body);
        var cached = (int)second["usage"]!["prompt_tokens_details"]!["cached_tokens"]!;
        Assert.True((int)second["usage"]!["prompt_tokens"]! > read, second.ToJsonString());
        Assert.True(cached >= (read - 2) / 16 * 16 && cached > 0, $"{cached} of {read} tokens were cached"); // whole blocks; the last token is not read before it is answered
    }

    [Fact]
    public async Task How_long_an_answer_is_does_not_change_what_its_prompt_had()
    {
        async Task<(int Prompt, int Completion)> UsageAsync(int mostTokens)
        {
            var body = ChatClient.Chat("tell a story about Bo.");
            (body["max_tokens"], body["max_images"]) = (mostTokens, 0);
            var usage = (await silo.AnswerAsync(Path, body))["usage"]!;
            return ((int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!);
        }

        var (one, many) = (await UsageAsync(1), await UsageAsync(24));
        Assert.True(many.Completion > one.Completion);
        Assert.Equal(one.Prompt, many.Prompt);
        Assert.InRange(one.Prompt, 8, 40);
    }

    [Fact]
    public async Task A_streamed_answer_begins_with_the_role_and_ends_as_clients_expect()
    {
        var body = ChatClient.Chat("what shape is it?");
        (body["stream"], body["stream_options"]) = (true, new JsonObject { ["include_usage"] = true });
        var lines = await silo.StreamAsync(Path, body);
        Assert.Equal("[DONE]", lines[^1]);
        var chunks = lines.SkipLast(1).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal("assistant", (string)chunks[0]["choices"]![0]!["delta"]!["role"]!);
        Assert.All(chunks, chunk => Assert.Equal(("chat.completion.chunk", (string)chunks[0]["id"]!, "mini"), ((string)chunk["object"]!, (string)chunk["id"]!, (string)chunk["model"]!)));
        Assert.All(chunks.SkipLast(2), chunk => Assert.Null(chunk["choices"]![0]!["finish_reason"]));
        Assert.Contains((string)chunks[^2]["choices"]![0]!["finish_reason"]!, new[] { "stop", "length" });
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.True((int)chunks[^1]["usage"]!["total_tokens"]! > 0);
    }

    [Fact]
    public async Task A_picture_stands_in_the_text_and_is_known_when_the_conversation_comes_back()
    {
        var body = Painting("mini");
        var first = await silo.AnswerAsync(Path, body);
        var content = (string)first["choices"]![0]!["message"]!["content"]!;
        var url = Link().Match(content).Groups[1].Value;
        Assert.StartsWith($"{silo.Address}v1/images/", url);
        using var anyone = new HttpClient();
        Assert.Equal((64, 64), new ImageProcessor().ReadSize(await anyone.GetByteArrayAsync(new Uri(url), Cancellation)));

        var messages = body["messages"]!.AsArray();
        messages.Add(ChatClient.Said("assistant", content));
        messages.Add(ChatClient.Said("user", "what is it?"));
        (body["image_first"], body["max_images"]) = (false, 0);
        var second = await silo.AnswerAsync(Path, body);
        var (before, after) = ((int)first["usage"]!["prompt_tokens"]!, (int)second["usage"]!["prompt_tokens"]!);
        Assert.InRange(after - before, 9, 40); // a picture's nine tokens and a few words, not the hundred of its address

        var streamed = Painting("mini");
        streamed["stream"] = true;
        var text = string.Concat((await silo.StreamAsync(Path, streamed)).SkipLast(1).Select(line => (string?)JsonNode.Parse(line)!["choices"]![0]!["delta"]!["content"]));
        Assert.Equal(content, text);
    }

    [Fact]
    public async Task A_picture_may_be_a_part_of_its_own()
    {
        var message = (await silo.AnswerAsync(Path, Painting("mini-parts")))["choices"]![0]!["message"]!;
        var picture = Assert.Single(message["images"]!.AsArray())!;
        var url = (string)picture["image_url"]!["url"]!;
        Assert.StartsWith("data:image/png;base64,", url);
        Assert.Equal(("image_url", 0, 0), ((string)picture["type"]!, (int)picture["index"]!, (int)picture["offset"]!));
        Assert.Equal("image_url", (string)message["parts"]![0]!["type"]!);
        Assert.DoesNotContain("![", (string)message["content"]!);

        var (status, body) = await silo.PostAsync(Path, Painting("mini"), ("X-Mmi-Images", "parts"));
        Assert.Equal((200, url), (status, (string)body["choices"]![0]!["message"]!["images"]![0]!["image_url"]!["url"]!));

        var streamed = Painting("mini-parts");
        streamed["stream"] = true;
        var deltas = (await silo.StreamAsync(Path, streamed)).SkipLast(1).Select(line => JsonNode.Parse(line)!["choices"]![0]!["delta"]!).ToArray();
        Assert.Equal(url, (string)Assert.Single(deltas, delta => delta["images"] is not null)["images"]![0]!["image_url"]!["url"]!);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_and_a_seed_repeats_it()
    {
        var body = ChatClient.Chat("tell a story about Bo.");
        body["max_tokens"] = 30;
        var whole = Content(await silo.AnswerAsync(Path, body));
        var stop = whole.Trim().Split(' ')[2];
        body["stop"] = stop;
        var cut = await silo.AnswerAsync(Path, body);
        Assert.Equal((whole[..whole.IndexOf(stop, StringComparison.Ordinal)], "stop"), (Content(cut), (string)cut["choices"]![0]!["finish_reason"]!));

        (body["stop"], body["temperature"], body["top_p"], body["seed"]) = (new JsonArray(), 1.5, 0.95, 7);
        Assert.Equal(Content(await silo.AnswerAsync(Path, body)), Content(await silo.AnswerAsync(Path, body)));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_answer_and_nothing_of_it_stays()
    {
        await silo.ReadyAsync();
        var database = silo.Service<ClusterStore>().Connection.GetDatabase();
        var before = await database.SortedSetLengthAsync("mmi/passing"); // answers to a request with an Idempotency-Key stay
        using (var client = silo.Connect(silo.Key))
        {
            var body = Painting("mini");
            (body["stream"], body["image_steps"]) = (true, 1000);
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(body) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            await KeyedSilo.UntilAsync(() => Task.FromResult(silo.Service<DeviceHost>().Diffusion.OpenCount > 0));
        }

        var left = DateTimeOffset.UtcNow;
        await KeyedSilo.UntilAsync(() => Task.FromResult(silo.Service<DeviceHost>().Diffusion.OpenCount == 0));
        Assert.True(DateTimeOffset.UtcNow - left < TimeSpan.FromSeconds(3), $"{DateTimeOffset.UtcNow - left}");
        await KeyedSilo.UntilAsync(async () => await database.SortedSetLengthAsync("mmi/passing") == before);
        var listed = await silo.SendAsync(HttpMethod.Get, "/v1/sessions", silo.Key);
        Assert.DoesNotContain("passing", await listed.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_session_that_its_frontend_has_lost_is_swept_and_leaves_nothing()
    {
        await silo.ReadyAsync();
        var (database, grain) = (silo.Service<ClusterStore>().Connection.GetDatabase(), silo.Service<IGrainFactory>().GetGrain<IChatSessionGrain>("acme/passing-lost"));
        await grain.CreateAsync(new SessionOpening { IsPassing = true });
        await database.SortedSetAddAsync("mmi/passing", "acme/passing-lost", 0);
        await silo.Service<PassingSessions>().SweepAsync();
        await Assert.ThrowsAsync<SessionNotFoundException>(grain.ReadAsync);
        Assert.Null(await database.SortedSetScoreAsync("mmi/passing", "acme/passing-lost"));
        Assert.False(await database.KeyExistsAsync("mmi/journal/{acme/passing-lost}:log"));
        var mark = await database.KeyTimeToLiveAsync("mmi/journal/{acme/passing-lost}:head");
        Assert.InRange(mark!.Value.TotalMinutes, 50, 60);
    }

    [Fact]
    public async Task Plain_text_goes_on()
    {
        var body = new JsonObject { ["model"] = "mini", ["prompt"] = "what shape", ["max_tokens"] = 6 };
        var whole = await silo.AnswerAsync("/v1/completions", body);
        Assert.Equal("text_completion", (string)whole["object"]!);
        body["stream"] = true;
        var lines = await silo.StreamAsync("/v1/completions", body);
        Assert.Equal("[DONE]", lines[^1]);
        Assert.Equal((string)whole["choices"]![0]!["text"]!, string.Concat(lines.SkipLast(1).Select(line => (string)JsonNode.Parse(line)!["choices"]![0]!["text"]!)));
    }

    [Fact]
    public async Task Usage_is_counted_for_the_tenant()
    {
        await silo.ReadyAsync();
        var store = silo.Service<AccessStore>();
        var before = await store.UsageAsync("acme");
        var usage = (await silo.AnswerAsync(Path, Painting("mini")))["usage"]!;
        await KeyedSilo.UntilAsync(async () => (await store.UsageAsync("acme")).Images == before.Images + 1);
        Assert.Equal(before.Tokens + (int)usage["total_tokens"]!, (await store.UsageAsync("acme")).Tokens);
    }

    private static JsonObject Painting(string model) => new()
    {
        ["model"] = model,
        ["image_first"] = true,
        ["max_images"] = 1,
        ["image_steps"] = 2,
        ["max_tokens"] = 3,
        ["seed"] = 3,
        ["messages"] = new JsonArray(ChatClient.Said("user", "draw a red circle.")),
    };

    private static string Content(JsonNode answer) => (string)answer["choices"]![0]!["message"]!["content"]!;

    [GeneratedRegex(@"!\[image\]\(([^)]+)\)")]
    private static partial Regex Link();
}
