using System.Globalization;
using MmiGrains.Contracts.Chat;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Hosting;

/// <summary>What a real cluster tells of a real turn: to Prometheus, and to a collector that speaks OTLP.</summary>
public sealed class TelemetryTests
{
    private static readonly string[] Counted =
    [
        "mmi_time_to_first_token_seconds_count", "mmi_request_queue_time_seconds_count", "mmi_request_prefill_time_seconds_count", "mmi_request_decode_time_seconds_count",
        "mmi_engine_step_time_seconds_count", "mmi_batch_size_count", "mmi_iteration_tokens_count", "mmi_denoising_steps_total", "mmi_stage_time_seconds_count",
        "mmi_prompt_tokens_total", "mmi_generation_tokens_total", "mmi_pyramid_cache_queries_total", "mmi_images_encoded_total", "mmi_images_painted_total",
        "mmi_e2e_request_latency_seconds_count", "mmi_requests_finished_total", "mmi_native_tensors",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_over_two_silos_is_one_trace_and_its_measures_are_told()
    {
        using var folder = new TemporaryFolder();
        await using var collector = new OtlpCollector();
        await collector.StartAsync(Cancellation);
        await using var cluster = new ChaosCluster(TinyModel.Write(folder.File("model")), folder.File("run"), "--otlp", collector.Address);
        await cluster.StartAsync([["--roles", "frontend,encoder,decoder"], ["--roles", "diffusion"]]);
        var turn = await TalkAsync(cluster);

        var metrics = new Dictionary<string, double>();
        using var http = new HttpClient();
        foreach (var silo in cluster.Silos)
        {
            Add(metrics, await http.GetStringAsync($"http://localhost:{silo.Http}/metrics", Cancellation));
        }

        Assert.All(Counted, name => Assert.True(metrics.GetValueOrDefault(name) > 0, $"{name} of {string.Join(", ", metrics.Keys.Where(key => key.StartsWith("mmi", StringComparison.Ordinal)))}"));
        Assert.Equal(4, metrics["mmi_denoising_steps_total"]);
        Assert.Equal(1, metrics["mmi_images_painted_total"]);
        Assert.All(new[] { "mmi_kv_cache_usage_perc", "mmi_num_requests_running", "mmi_num_requests_waiting" }, name => Assert.Contains(name, metrics.Keys));

        foreach (var silo in cluster.Silos.ToArray())
        {
            Assert.Equal(0, await silo.EndAsync(TimeSpan.FromSeconds(60))); // tells what it has not told yet
        }

        // OTLP: resources, scopes, spans or metrics; of a span the trace's id is field 1, its own 2, its parent's 4, its name 5.
        var spans = collector.Received("trace").SelectMany(message => Protobuf.Fields(message, 1, 2, 2))
            .Where(span => Convert.ToHexStringLower(Protobuf.Fields(span, 1).Single()) == turn).ToLookup(span => Protobuf.Text(span, 5));
        var root = Convert.ToHexStringLower(Protobuf.Fields(Assert.Single(spans["turn"]), 2).Single());
        Assert.All(new[] { "decode", "paint", "encode", "fetch" }, name => Assert.NotEmpty(spans[name]));
        Assert.All(spans["decode"].Concat(spans["paint"]), span => Assert.Equal(root, Convert.ToHexStringLower(Protobuf.Fields(span, 4).Single())));
        var names = collector.Received("metrics").SelectMany(message => Protobuf.Fields(message, 1, 2, 2)).Select(metric => Protobuf.Text(metric, 1)).ToHashSet();
        Assert.Superset(new HashSet<string> { "mmi.time_to_first_token", "mmi.request_queue_time", "mmi.engine_step_time", "mmi.kv_cache_usage_perc" }, names);
    }

    private static async Task<string> TalkAsync(ChaosCluster cluster)
    {
        var session = cluster.Grains.GetGrain<IChatSessionGrain>("acme/talk");
        await session.CreateAsync();
        var settings = new GenerationSettings { MaxTokens = 24, ImageFirst = true, MaxImages = 1, ImageSteps = 4, Temperature = 1, Seed = 3 };
        var receipt = await session.SendAsync(new TurnRequest("turn", [new TextSegment("a big red star.")], settings));
        await foreach (var e in session.WatchAsync(0, Cancellation))
        {
            Assert.IsNotType<TurnFailed>(e);
        }

        return receipt.TurnId;
    }

    // Lines as 'name{tags} value time'; what several silos or tags say of a name is added up.
    private static void Add(Dictionary<string, double> metrics, string text)
    {
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var name = line[..line.AsSpan().IndexOfAny('{', ' ')];
            var value = double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[line.Contains('}', StringComparison.Ordinal) ? 0 : 1], CultureInfo.InvariantCulture);
            metrics[name] = metrics.GetValueOrDefault(name) + value;
        }
    }
}
