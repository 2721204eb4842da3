using System.Net;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Tests.Http;

public sealed class LookTests(HttpSilo silo)
{
    [Fact]
    public async Task Every_token_of_an_answer_tells_what_was_looked_at()
    {
        using var client = await silo.ConnectAsync();
        var (session, turn, answer) = await AskAsync(client, "what do you see?", "\"max_tokens\": 8, \"max_images\": 0");
        var text = (string)answer[0]!["text"]!;
        var read = "";
        for (var token = 0; read.Length < text.Length; token++)
        {
            var look = (await client.GetAsync($"{Path(session, turn)}?token={token}")).Body();
            Assert.Equal(token, (int)Assert.Single(look["tokens"]!.AsArray())!);
            read += (string)look["text"]!;
            var images = look["images"]!.AsArray();
            Assert.Equal(2, images.Count);
            Assert.Equal(1, images.Sum(image => (float)image!["share"]!) + (float)look["nothing"]! + (float)look["outside"]!, 1e-3);

            // The wide picture's middle square is all that the encoder sees of it.
            Assert.All(images[0]!["points"]!.AsArray(), point => Assert.InRange((float)point!["x"]!, 0.25f, 0.75f));
            Assert.All(images[0]!["points"]!.AsArray(), point => Assert.InRange((int)point!["level"]!, 0, look["levels"]!.AsArray().Count - 1));
        }

        Assert.Equal(text, read);
        var again = await client.GetAsync($"{Path(session, turn)}?token=0");
        Assert.Equal((await client.GetAsync($"{Path(session, turn)}?token=0")).Text, again.Text);
    }

    [Fact]
    public async Task Words_pictures_and_places_in_pictures_are_told_apart()
    {
        using var client = await silo.ConnectAsync();
        var (session, turn, answer) = await AskAsync(client, "draw what happens next.", "\"max_tokens\": 12, \"image_first\": true, \"max_images\": 1, \"image_steps\": 4");
        var picture = (string)answer[0]!["image_id"]!;
        var whole = (await client.GetAsync($"{Path(session, turn)}?image={picture}")).Body();
        var place = (await client.GetAsync($"{Path(session, turn)}?image={picture}&x=0.1&y=0.9")).Body();
        Assert.Equal(picture, (string)whole["image_id"]!);
        Assert.Equal(1, Single(whole, "share") + (float)whole["nothing"]! + (float)whole["outside"]!, 1e-3);
        Assert.True(Assert.Single(whole["images"]!.AsArray())!["points"]!.AsArray().Count > Assert.Single(place["images"]!.AsArray())!["points"]!.AsArray().Count);

        // A second turn whose words can see the painted picture too.
        await client.SayAsync(session, NativeClient.Turn("what do you see?", "\"max_tokens\": 8, \"max_images\": 0"));
        var last = (await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]!.AsArray()[^1]!;
        var text = (string)last["answer"]![0]!["text"]!;
        var word = (await client.GetAsync($"{Path(session, (string)last["id"]!)}?part=0&start=2&end={Math.Min(6, text.Length)}")).Body();
        Assert.Contains(text[2..Math.Min(6, text.Length)], (string)word["text"]!);
        Assert.Equal(3, word["images"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_is_not_in_the_answer_is_refused()
    {
        using var client = await silo.ConnectAsync();
        var (session, turn, _) = await AskAsync(client, "what do you see?", "\"max_tokens\": 4, \"max_images\": 0");
        foreach (var (query, field) in new[]
        {
            ("", "token"), ("?token=99", "token"), ("?token=-1", "token"), ("?token=x", "token"), ("?token=0&part=0", "token"), ("?part=7", "part"),
            ("?part=0&start=9999&end=10000", "start"), ("?part=0&start=1&end=1", "end"), ("?image=abc", "image"), ($"?image={new string('0', 64)}", "image"),
            ($"?image={new string('0', 64)}&x=0.5", "y"), ($"?image={new string('0', 64)}&x=2&y=0", "x"),
        })
        {
            Assert.Equal(field, (string?)(await client.GetAsync(Path(session, turn) + query)).Refusal(HttpStatusCode.BadRequest, "invalid_value")["param"]);
        }

        (await client.GetAsync($"{Path(session, "t-none")}?token=0")).Refusal(HttpStatusCode.NotFound, "turn_not_found");
        (await client.GetAsync($"{Path("s-none", turn)}?token=0")).Refusal(HttpStatusCode.NotFound, "session_not_found");
    }

    private static async Task<(string Session, string Turn, JsonArray Answer)> AskAsync(NativeClient client, string text, string settings)
    {
        var session = await client.CreateAsync();
        var (wide, square) = (await client.UploadAsync(SomePictures.Png(128, 64, 3)), await client.UploadAsync(SomePictures.Png(64, 64, 4)));
        await client.SayAsync(session, $$"""
            {"content": [{"type": "image", "image_id": "{{wide}}"}, {"type": "image", "image_id": "{{square}}"}, {"type": "text", "text": "{{text}}"}], "settings": { {{settings}} } }
            """);
        var turn = (await client.GetAsync($"/v1/sessions/{session}")).Body()["turns"]![0]!;
        Assert.Equal("completed", (string)turn["state"]!);
        return (session, (string)turn["id"]!, turn["answer"]!.AsArray());
    }

    private static string Path(string session, string turn) => $"/v1/sessions/{session}/turns/{turn}/looked-at";

    private static float Single(JsonObject look, string field) => (float)Assert.Single(look["images"]!.AsArray())![field]!;
}
