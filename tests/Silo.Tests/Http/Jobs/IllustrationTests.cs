using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Tests.Http.Jobs;

/// <summary>Illustration jobs over HTTP, on the model that ships.</summary>
public sealed class IllustrationTests(HttpSilo silo)
{
    private const string Jobs = "/v1/jobs/illustrations";
    private const string Story = "# Bo\n\nthis is Bo the star.\n\n<!-- illustrate: bo goes left. -->\n\n## Ada\n\nbo meets a small red circle.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_illustrated_watched_and_fetched_and_its_manifest_makes_it_again()
    {
        using var client = await silo.ConnectAsync();
        var job = (await client.PostAsync(Jobs, Request("story.md"))).Body(HttpStatusCode.Created);
        var id = (string)job["id"]!;
        var events = await client.EventsAsync(HttpMethod.Get, $"{Jobs}/{id}/events", null).ToListAsync(Cancellation);
        Assert.Equal(("end", "completed"), (events[^1].Name, (string)events[^1].Data["state"]!));
        Assert.Equal((2, 2, 2), ((int)events[^1].Data["done"]!, (int)events[^1].Data["total"]!, (int)events[^1].Data["painted"]!));

        var files = await FilesAsync(client, id);
        Assert.Equal(["story.md", "story.md.manifest.json", "story.md.page.html", "story.md.pictures/fig-1.png", "story.md.pictures/fig-2.png"], files.Keys.Order(StringComparer.Ordinal));
        var text = Encoding.UTF8.GetString(files["story.md"]);
        Assert.Contains("<!-- illustrate: bo goes left. -->\n\n![bo goes left.](story.md.pictures/fig-1.png)", text);
        Assert.EndsWith("| 1 | 2 |\n", text);
        Assert.Equal(2, Encoding.UTF8.GetString(files["story.md.page.html"]).Split("src=\"data:image/png;base64,").Length - 1);

        var manifest = JsonNode.Parse(files["story.md.manifest.json"])!;
        Assert.Equal(Hash(files["story.md"]), (string)manifest["result_hash"]!);
        Assert.Equal(Hash(files["story.md.pictures/fig-2.png"]), (string)manifest["figures"]![1]!["image"]!);
        Assert.Equal([Hash(files["story.md.pictures/fig-1.png"])], manifest["figures"]![1]!["tries"]![0]!["parents"]!.AsArray().Select(parent => (string)parent!));
        Assert.Equal(64, ((string)manifest["models"]![0]!).Length);

        var again = (await client.PostAsync(Jobs, Request("story.md", plan: manifest["plan"]!.ToJsonString()))).Body(HttpStatusCode.Created);
        await EndAsync(client, (string)again["id"]!);
        var same = await FilesAsync(client, (string)again["id"]!);
        Assert.All(files.Where(file => !file.Key.EndsWith(".json", StringComparison.Ordinal)), file => Assert.Equal(file.Value, same[file.Key]));

        Assert.Contains(id, (await client.GetAsync(Jobs)).Body()["jobs"]!.AsArray().Select(one => (string)one!["id"]!));
        var page = await client.GetAsync($"{Jobs}/{id}/documents/0/page");
        Assert.Contains("sandbox", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, $"{Jobs}/{id}")).Status);
        (await client.GetAsync($"{Jobs}/{id}")).Refusal(HttpStatusCode.NotFound, "job_not_found");
    }

    [Fact]
    public async Task The_same_key_is_the_same_job()
    {
        using var client = await silo.ConnectAsync();
        var (key, ids) = ($"key-{Guid.NewGuid():N}", new HashSet<string>());
        for (var i = 0; i < 2; i++)
        {
            var job = await client.SendAsync(HttpMethod.Post, Jobs, NativeClient.Json(Request("story.md")), ("Idempotency-Key", key));
            ids.Add((string)job.Body(HttpStatusCode.Created)["id"]!);
        }

        var id = Assert.Single(ids);
        (await client.SendAsync(HttpMethod.Post, Jobs, NativeClient.Json(Request("other.md")), ("Idempotency-Key", key))).Refusal(HttpStatusCode.UnprocessableEntity, "job_conflict");
        await EndAsync(client, id);
        Assert.Equal(2, (int)(await client.GetAsync($"{Jobs}/{id}")).Body()["painted"]!);
    }

    [Fact]
    public async Task An_estimate_is_by_what_was_measured()
    {
        using var client = await silo.ConnectAsync();
        var estimate = (await client.PostAsync($"{Jobs}/plan", Request("story.md", more: ", \"measure\": true, \"price_per_hour\": 3600, \"steps\": 3"))).Body();
        var each = (double)estimate["seconds_per_picture"]!;
        Assert.Equal((2, 1), ((int)estimate["pictures"]!, (int)estimate["measured"]!));
        Assert.Equal(2 * each, (double)estimate["seconds"]!, 0.1);
        Assert.Equal(2 * each, (double)estimate["cost"]!, 0.01);
        Assert.Equal(6 * each, (double)estimate["cost_at_most"]!, 0.01);
        Assert.Equal("bo goes left.", (string)estimate["plans"]![0]!["figures"]![0]!["shows"]!);
    }

    [Fact]
    public async Task Whoever_wants_to_know_is_told_of_the_end_until_it_is_heard()
    {
        using var client = await silo.ConnectAsync();
        using var hook = new HttpListener { Prefixes = { $"http://127.0.0.1:{silo.HookPort}/" } };
        hook.Start();
        var job = (await client.PostAsync(Jobs, Request("story.md", more: $", \"webhook\": \"http://127.0.0.1:{silo.HookPort}/done\""))).Body(HttpStatusCode.Created);
        Assert.Equal((string)job["id"]!, (string)(await HearAsync(503))["id"]!);
        var told = await HearAsync(204);
        Assert.Equal(("completed", 2, 2), ((string)told["state"]!, (int)told["done"]!, (int)told["total"]!));

        async Task<JsonNode> HearAsync(int status)
        {
            var call = await hook.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            using var reader = new StreamReader(call.Request.InputStream);
            var body = JsonNode.Parse(await reader.ReadToEndAsync(Cancellation))!;
            call.Response.StatusCode = status;
            call.Response.Close();
            return body;
        }
    }

    [Theory]
    [InlineData("{\"documents\": []}", "documents", "documents must be 1 to 200; there are 0.")]
    [InlineData("{\"documents\": [{\"name\": \"a.pdf\", \"text\": \"x\"}]}", "documents", "'a.pdf' is of no format that is read")]
    [InlineData("{\"documents\": [{\"name\": \"a.epub\", \"text\": \"x\"}]}", "documents", "cannot be read as EPUB")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\"}]}", "documents", "A document has text or content; 'a.md' has neither.")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"content\": \"!\"}]}", "content", "is not Base64")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\"}], \"every\": \"page\"}", "every", "it is 'page'")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\"}], \"steps\": 0}", "steps", "steps must be 1 to 1000; it is 0.")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\"}], \"budget\": 0}", "budget", "it is 0")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\"}], \"webhook\": \"http://169.254.169.254/\"}", "webhook", "'169.254.169.254' is not")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\", \"plan\": {\"figures\": [{\"id\": \"fig-1\", \"after\": 7}]}}]}", "after", "after must be 0 to 0; that of 'fig-1' is 7.")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\", \"plan\": {\"style\": null}}]}", "$.style", "The plan cannot be read")]
    [InlineData("{\"documents\": [null]}", "name", "Every document needs a name")]
    [InlineData("{\"documents\": [{\"name\": \"a.md\", \"text\": \"x\"}], \"colour\": 1}", "colour", "There is no field 'colour' here.")]
    public async Task What_cannot_be_is_refused_in_a_sentence(string body, string field, string sentence)
    {
        using var client = await silo.ConnectAsync();
        var error = JsonNode.Parse((await client.PostAsync(Jobs, body)).Text)!["error"]!;
        Assert.Equal(field, (string?)error["param"]);
        Assert.Contains(sentence, (string)error["message"]!);
    }

    private static string Request(string name, string? plan = null, string more = "") =>
        $$"""{"documents": [{"name": "{{name}}", "text": {{JsonValue.Create(Story).ToJsonString()}}{{(plan is null ? "" : $", \"plan\": {plan}")}}}], "threshold": -1{{(more.Contains("steps", StringComparison.Ordinal) ? "" : ", \"steps\": 4")}}{{more}}}""";

    private static async Task EndAsync(NativeClient client, string id)
    {
        var events = await client.EventsAsync(HttpMethod.Get, $"{Jobs}/{id}/events", null).ToListAsync(Cancellation);
        Assert.Equal("completed", (string)events[^1].Data["state"]!);
    }

    private static async Task<Dictionary<string, byte[]>> FilesAsync(NativeClient client, string id)
    {
        using var zip = new ZipArchive(new MemoryStream((await client.GetAsync($"{Jobs}/{id}/result")).Bytes));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var source = entry.Open();
            var content = new MemoryStream();
            source.CopyTo(content);
            return content.ToArray();
        });
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
