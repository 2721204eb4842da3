using System.Net;
using System.Net.ServerSentEvents;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Tests.Http;

/// <summary>Ten times as many turns at once as a silo takes.</summary>
public sealed class OverloadTests : IDisposable
{
    private const int Limit = 4;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_taken_is_answered_and_what_is_not_is_told_when_to_come_again()
    {
        await using var silo = await StartAsync();
        using var client = new NativeClient(silo.Address);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 10 * Limit).Select(_ => client.CreateAsync()));
        var answers = await Task.WhenAll(sessions.Select(session => client.PostAsync($"/v1/sessions/{session}/turns", NativeClient.Turn("a big red star."))));

        var refused = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToArray();
        Assert.InRange(refused.Length, 1, answers.Length - 1);
        Assert.All(refused, answer =>
        {
            var message = (string)answer.Refusal(HttpStatusCode.ServiceUnavailable, "overloaded")["message"]!;
            Assert.EndsWith($"requests of at most {Limit}.", message);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        });
        Assert.All(answers.Except(refused), answer => Assert.Equal(["completed", "end"], Names(answer).TakeLast(2)));

        // Nothing of a refused turn is left, and the same session has its answer when there is room.
        var late = sessions[Array.FindIndex(answers, answer => answer.Status != HttpStatusCode.OK)];
        var events = await UntilTakenAsync(client, late);
        Assert.Equal(("accepted", "1"), (events[0], FirstId(await client.GetAsync($"/v1/sessions/{late}/events"))));
    }

    private static async Task<string[]> UntilTakenAsync(NativeClient client, string session)
    {
        while (true)
        {
            var answer = await client.PostAsync($"/v1/sessions/{session}/turns", NativeClient.Turn("a big red star."));
            if (answer.Status == HttpStatusCode.OK)
            {
                return Names(answer);
            }

            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, Cancellation);
        }
    }

    private static string[] Names(Answer answer) => [.. Events(answer).Select(e => e.EventType)];

    private static string? FirstId(Answer answer) => Events(answer).First().EventId;

    private static IEnumerable<SseItem<string>> Events(Answer answer) => SseParser.Create(new MemoryStream(answer.Bytes)).Enumerate();

    private Task<RunningSilo> StartAsync() => RunningSilo.StartAsync(
        new SiloOptions
        {
            Device = new DeviceOptions
            {
                Roles = SiloOptions.AllRoles & ~WorkerRole.Trainer,
                Model = Path.Combine(Mmi.Repository, "models", "mini"),
                Decoder = new DecoderOptions { MaxRunning = 1, MaxWaiting = Limit - 1 },
            },
            Store = new StoreOptions { DataFolder = _folder.File("store") },
            HttpPort = FreePort.Next(),
        },
        Cancellation);
}
