using System.Net;

namespace MmiGrains.Silo.Tests.Http;

public sealed class SessionTests(HttpSilo silo)
{
    [Fact]
    public async Task Conversations_are_listed_the_last_spoken_to_first_with_how_they_began()
    {
        using var client = await silo.ConnectAsync();
        var (first, second) = (await client.CreateAsync(), await client.CreateAsync());
        await client.SayAsync(first, NativeClient.Turn("what  do you\nsee?"));
        var listed = (await client.GetAsync("/v1/sessions")).Body()["sessions"]!.AsArray();
        Assert.Equal([first, second], listed.Take(2).Select(session => (string)session!["id"]!));
        Assert.Equal(["what do you see?", ""], listed.Take(2).Select(session => (string)session!["title"]!));

        var page = (await client.GetAsync("/v1/sessions?limit=1")).Body();
        Assert.Equal(first, (string)Assert.Single(page["sessions"]!.AsArray())!["id"]!);
        var next = (await client.GetAsync($"/v1/sessions?limit=1&before={Uri.EscapeDataString((string)page["next"]!)}")).Body();
        Assert.Equal(second, (string)Assert.Single(next["sessions"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task A_deleted_conversation_is_gone_for_good()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        await client.SayAsync(session, NativeClient.Turn("hello."));
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, $"/v1/sessions/{session}")).Status);
        (await client.GetAsync($"/v1/sessions/{session}")).Refusal(HttpStatusCode.NotFound, "session_not_found");
        (await client.PostAsync($"/v1/sessions/{session}/turns", NativeClient.Turn("hello."))).Refusal(HttpStatusCode.NotFound, "session_not_found");
        var listed = (await client.GetAsync("/v1/sessions")).Body()["sessions"]!.AsArray();
        Assert.DoesNotContain(listed, one => (string)one!["id"]! == session);
    }

    [Fact]
    public async Task A_fork_goes_on_from_a_turn_and_leaves_the_first_as_it_is()
    {
        using var client = await silo.ConnectAsync();
        var session = await client.CreateAsync();
        foreach (var text in new[] { "one.", "two.", "three." })
        {
            await client.SayAsync(session, NativeClient.Turn(text));
        }

        var turns = (await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]!.AsArray();
        var second = (string)turns[1]!["id"]!;
        Assert.Equal(["one.", "two."], await SaidAsync(client, await ForkAsync(client, session, $$"""{"after_turn": "{{second}}"}""")));
        Assert.Equal(["one."], await SaidAsync(client, await ForkAsync(client, session, $$"""{"before_turn": "{{second}}"}""")));
        Assert.Equal(["one.", "two.", "three."], await SaidAsync(client, await ForkAsync(client, session, "{}")));
        var empty = await ForkAsync(client, session, $$"""{"before_turn": "{{(string)turns[0]!["id"]!}}"}""");
        Assert.Empty(await SaidAsync(client, empty));
        await client.SayAsync(empty, NativeClient.Turn("four."));
        Assert.Equal(["one.", "two.", "three."], await SaidAsync(client, session));
        (await client.PostAsync($"/v1/sessions/{session}/fork", """{"after_turn": "none"}""")).Refusal(HttpStatusCode.BadRequest, "unknown_turn");
        (await client.PostAsync($"/v1/sessions/{session}/fork", """{"before_turn": "none"}""")).Refusal(HttpStatusCode.BadRequest, "unknown_turn");
    }

    [Fact]
    public async Task An_exported_page_has_its_pictures_in_it_and_no_script()
    {
        using var client = await silo.ConnectAsync();
        var (session, image) = (await client.CreateAsync(), await client.UploadAsync(SomePictures.Png(seed: 7)));
        await client.SayAsync(
            session, $$$"""{"content": [{"type": "image", "image_id": "{{{image}}}"}, {"type": "text", "text": "<script>alert(1)</script> & so"}], "settings": {"max_tokens": 4, "max_images": 0}}""");
        var page = (await client.GetAsync($"/v1/sessions/{session}/export?format=html")).Text;
        Assert.Contains($"src=\"data:image/png;base64,{Convert.ToBase64String(SomePictures.Png(seed: 7))}\"", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; so", page);
        Assert.DoesNotContain("<script", page);
        var json = (await client.GetAsync($"/v1/sessions/{session}/export?format=json")).Body();
        Assert.Equal(image, (string)json["turns"]![0]!["content"]![0]!["image_id"]!);
        (await client.GetAsync($"/v1/sessions/{session}/export?format=pdf")).Refusal(HttpStatusCode.BadRequest, "invalid_value");
    }

    private static async Task<string> ForkAsync(NativeClient client, string session, string wanted) =>
        (string)(await client.PostAsync($"/v1/sessions/{session}/fork", wanted)).Body(HttpStatusCode.Created)["id"]!;

    private static async Task<IEnumerable<string>> SaidAsync(NativeClient client, string session) =>
        (await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]!.AsArray().Select(turn => (string)turn!["content"]![0]!["text"]!);
}
