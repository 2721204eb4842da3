using System.Net;
using System.Text.Json.Nodes;
using MmiGrains.Client;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Tests.Http;

namespace MmiGrains.Silo.Tests.Remote;

/// <summary><c>mmi promote</c> at a silo, and over its restart.</summary>
public sealed class PromoteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SiloOptions _options;

    public PromoteTests() => _options = new SiloOptions
    {
        Device = new DeviceOptions
        {
            Roles = SiloOptions.AllRoles & ~WorkerRole.Trainer,
            Model = TinyModel.Write(_folder.File("first")),
            PromotedFolder = _folder.File("promoted"),
        },
        Store = new StoreOptions { DataFolder = _folder.File("store") },
        HttpPort = FreePort.Next(),
        ShutdownTime = TimeSpan.FromSeconds(15),
    };

    [Fact]
    public async Task A_promoted_model_is_served_until_it_is_rolled_back_whoever_restarts()
    {
        var (first, other) = (ServedModel.HashOf(_options.Device.Model), TinyModel.Write(_folder.File("other")));
        var hash = ServedModel.HashOf(other);
        await using (await RunningSilo.StartAsync(_options, TestContext.Current.CancellationToken))
        {
            Assert.Equal("Every silo serves the model that it was started with.\n", await ToldAsync());
            Assert.StartsWith($"New turns use the model {hash}, since ", await ToldAsync(other), StringComparison.Ordinal);
            Assert.Equal([hash], await ServingAsync());
            Assert.Contains("is served already", await RefusedAsync(other), StringComparison.Ordinal);
        }

        Directory.Delete(other, recursive: true);
        await using (await RunningSilo.StartAsync(_options, TestContext.Current.CancellationToken))
        {
            Assert.Contains(hash, await ToldAsync(), StringComparison.Ordinal);
            Assert.Equal([hash], await ServingAsync());
            Assert.StartsWith($"New turns use the model {first}, since ", await ToldAsync("--back"), StringComparison.Ordinal);
            Assert.Contains("There is no model to go back to", await RefusedAsync("--back"), StringComparison.Ordinal);
            Assert.Contains("there is no '/none'", await RefusedAsync("/none"), StringComparison.Ordinal);
            Assert.Equal("mmi: There is no training job 'none'.\n", await RefusedAsync("--job", "none"));
            Assert.Contains("One of MODEL, --job and --back", await RefusedAsync("/none", "--back"), StringComparison.Ordinal);
            using var client = new NativeClient(Address);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/v1/cluster/model", "{}")).Status);
            Assert.Equal(first, (string)JsonNode.Parse(await ToldAsync("--json"))!["current"]!);
        }
    }

    [Fact]
    public async Task What_a_training_job_has_made_is_served_finished_or_not()
    {
        var options = _options with { Device = _options.Device with { Roles = SiloOptions.AllRoles, TrainingFolder = Directory.CreateDirectory(_folder.File("training")).FullName } };
        await using var silo = await RunningSilo.StartAsync(options, TestContext.Current.CancellationToken);
        using var client = new NativeClient(Address);
        File.Copy(TinyModel.Tokenizer(), Path.Combine(options.Device.TrainingFolder, "tokenizer.model"));
        var recipe = ConfigFile.ToText(SceneRecipe.Of(steps: 2) with { Tokenizer = "tokenizer.model", CheckpointEvery = 1 });
        var id = (string)(await client.PostAsync("/v1/jobs/training", $$"""{"recipe": {{recipe}}}""")).Body(HttpStatusCode.Created)["id"]!;
        await client.EventsAsync(HttpMethod.Get, $"/v1/jobs/training/{id}/metrics", null).ToListAsync(TestContext.Current.CancellationToken);
        var job = (await client.GetAsync($"/v1/jobs/training/{id}")).Body();
        Assert.Contains(ServedModel.HashOf((string)job["model"]!), await ToldAsync("--job", id), StringComparison.Ordinal);
        Assert.Equal([ServedModel.HashOf((string)job["model"]!)], await ServingAsync());

        var (code, status, _) = await RunAsync("status"); // a trainer serves no model
        Assert.Equal(0, code);
        Assert.Contains("trainer", status, StringComparison.Ordinal);

        // A checkpoint's hash is that of the whole checkpoint; served is its model.
        var checkpoint = (string)job["checkpoints"]![0]!["hash"]!;
        Assert.Contains("New turns use the model", await ToldAsync("--job", id, "--checkpoint", checkpoint[..12]), StringComparison.Ordinal);
        Assert.Contains("checkpoint must be 8 or more digits", await RefusedAsync("--job", id, "--checkpoint", "abc"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Uri Address => new($"http://localhost:{_options.HttpPort}");

    private async Task<string> ToldAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(["promote", .. args]);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    private async Task<string> RefusedAsync(params string[] args)
    {
        var (code, _, error) = await RunAsync(["promote", .. args]);
        Assert.Equal(2, code);
        return error;
    }

    // The directory hears of a device within a second.
    private async Task<string[]> ServingAsync()
    {
        using var client = new NativeClient(Address);
        while (true)
        {
            var workers = (await client.GetAsync("/v1/cluster")).Body()["silos"]!.AsArray().SelectMany(silo => silo!["workers"]!.AsArray()).ToArray();
            var serving = workers.Where(worker => (bool)worker!["serving"]! && (string)worker["role"]! != "trainer").Select(worker => (string)worker!["model"]!).Distinct().ToArray();
            if (serving.Length > 0)
            {
                return serving;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await ClientCommandLine.RunAsync([.. args, "--url", $"{Address}"], new StringReader(""), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
