using System.Diagnostics;
using System.Net;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Tests.Http;

namespace MmiGrains.Silo.Tests.Hosting;

/// <summary>A silo leaves amid a turn that is streamed.</summary>
public sealed class DepartureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_told_where_to_resume_and_the_silo_leaves_in_time()
    {
        var (events, session, leaving, began) = (new List<Event>(), "", Task.CompletedTask, 0L);
        var silo = await StartAsync();
        using (var client = new NativeClient(silo.Address))
        {
            var (streamed, whole) = (client.PostAsync("/v1/chat/completions", Chat(isStreamed: true)), client.PostAsync("/v1/chat/completions", Chat(isStreamed: false)));
            session = await client.CreateAsync();
            var turn = NativeClient.Turn("a big red star.", "\"image_first\": true, \"max_images\": 1, \"image_steps\": 400, \"preview_every\": 0, \"max_tokens\": 4");
            await foreach (var e in client.EventsAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", turn))
            {
                events.Add(e);
                if (e.Name == "image_progress" && began == 0)
                {
                    began = Stopwatch.GetTimestamp();
                    leaving = Task.Run(async () => await silo.DisposeAsync(), Cancellation);
                }
            }

            // What cannot be resumed has the drain's time.
            var refused = await whole;
            refused.Refusal(HttpStatusCode.ServiceUnavailable, "silo_leaving");
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("silo_leaving", (await streamed).Text.Split("\n\n")[^2]);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 5);
        await leaving;
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 45);
        var durable = events.Where(e => !string.IsNullOrEmpty(e.Id)).ToArray();
        Assert.Equal(("resume", long.Parse(durable[^1].Id!, null)), (events[^1].Name, (long)events[^1].Data["last_sequence"]!));

        await using var next = await StartAsync();
        using var again = new NativeClient(next.Address);
        var rest = await again.WatchAsync(session, after: (long)events[^1].Data["last_sequence"]!);
        Assert.Equal(["image_completed", "completed", "end"], rest.Select(e => e.Name).Where(name => name is not ("image_progress" or "text")));
        Assert.Equal(
            Enumerable.Range(1, durable.Length + rest.Count(e => !string.IsNullOrEmpty(e.Id))),
            durable.Concat(rest.Where(e => !string.IsNullOrEmpty(e.Id))).Select(e => int.Parse(e.Id!, null)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Chat(bool isStreamed) =>
        $$"""{"model": "mini", "messages": [{"role": "user", "content": "a big red star."}], "image_first": true, "image_steps": 1000, "stream": {{(isStreamed ? "true" : "false")}}}""";

    private Task<RunningSilo> StartAsync() => RunningSilo.StartAsync(
        new SiloOptions
        {
            Device = new DeviceOptions { Roles = SiloOptions.AllRoles & ~WorkerRole.Trainer, Model = Path.Combine(Mmi.Repository, "models", "mini"), DrainTime = TimeSpan.FromSeconds(1) },
            Store = new StoreOptions { DataFolder = _folder.File("store") },
            HttpPort = FreePort.Next(),
        },
        Cancellation);
}
