using System.Net;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Tests.Http;

public sealed class TrainingJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_job_is_begun_watched_and_listed_over_HTTP_and_its_recipe_stays_in_its_folder()
    {
        await using var silo = await StartAsync();
        using var client = new NativeClient(silo.Address);
        File.Copy(TinyModel.Tokenizer(), Path.Combine(Directory.CreateDirectory(_folder.File("training")).FullName, "tokenizer.model"));
        var recipe = ConfigFile.ToText(SceneRecipe.Of(steps: 3) with { Tokenizer = "tokenizer.model" });
        var id = (string)(await client.PostAsync("/v1/jobs/training", $$"""{"recipe": {{recipe}}}""")).Body(HttpStatusCode.Created)["id"]!;
        var events = await client.EventsAsync(HttpMethod.Get, $"/v1/jobs/training/{id}/metrics", null).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], events.Where(item => item.Name == "metric" && (string)item.Data["split"]! == "train").Select(item => (int)item.Data["step"]!));
        Assert.Equal("completed", (string)events[^1].Data["state"]!);

        // Who lost the connection goes on after the last number.
        var rest = await client.EventsAsync(HttpMethod.Get, $"/v1/jobs/training/{id}/metrics", null, ("Last-Event-ID", "4")).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([3], rest.Where(item => item.Name == "metric" && (string)item.Data["split"]! == "train").Select(item => (int)item.Data["step"]!));
        var listed = (await client.GetAsync("/v1/jobs/training")).Body(HttpStatusCode.OK)["jobs"]!.AsArray();
        Assert.Equal(id, (string)Assert.Single(listed)!["id"]!);
        Assert.True(File.Exists(Path.Combine((string)listed[0]!["model"]!, "model.safetensors")));

        foreach (var path in new[] { "/etc/passwd", "../other", "a/../../b", "~/x" })
        {
            var bad = recipe.Replace("\"tokenizer.model\"", JsonValue.Create(path).ToJsonString(), StringComparison.Ordinal);
            var refused = (await client.PostAsync("/v1/jobs/training", $$"""{"recipe": {{bad}}}""")).Body(HttpStatusCode.BadRequest)["error"]!;
            Assert.Equal(("path_not_allowed", "recipe.tokenizer"), ((string)refused["code"]!, (string)refused["param"]!));
        }

        Assert.Equal("invalid_recipe", (string)(await client.PostAsync("/v1/jobs/training", """{"recipe": {"model": "small"}}""")).Body(HttpStatusCode.BadRequest)["error"]!["code"]!);
        Assert.Equal("job_not_found", (string)(await client.PostAsync("/v1/jobs/training/none/pause", "{}")).Body(HttpStatusCode.NotFound)["error"]!["code"]!);
    }

    public void Dispose() => _folder.Dispose();

    private Task<RunningSilo> StartAsync() => RunningSilo.StartAsync(
        new SiloOptions
        {
            Device = new DeviceOptions { Roles = WorkerRole.Trainer | WorkerRole.Frontend, TrainingFolder = _folder.File("training") },
            Store = new StoreOptions { DataFolder = _folder.File("store") },
            HttpPort = FreePort.Next(),
            ShutdownTime = TimeSpan.FromSeconds(15),
        },
        TestContext.Current.CancellationToken);
}
