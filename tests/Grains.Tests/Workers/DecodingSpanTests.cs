using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Grains.Tests.Workers;

/// <summary>A span of an engine that nobody steps.</summary>
public sealed class DecodingSpanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_owner_hears_of_a_device_that_waits_and_nothing_of_one_that_hangs()
    {
        using var model = ServedModel.Load(TinyModel.Write(_folder.File("model")));
        using var engine = new DecoderEngine(model.Network, new());
        var (waits, hangs) = (new Owner(), new Owner());
        var spans = new[] { (waits, true), (hangs, false) }.Select(pair =>
        {
            var (owner, isAlive) = pair;
            var request = new GenerationRequest("span", owner, "acme", [new TextPart("a")], new GenerationSettings());
            var task = engine.Submit(new DecodeRequest { Scope = "acme", TokenIds = [model.Config.SpecialTokens.Bos] });
            return (Task: task, Run: new DecodingSpan(request, task, model.Tokenizer, () => isAlive, new SpanReporter(owner, "span", NullLogger.Instance)).RunAsync());
        }).ToArray();
        await waits.Heard.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Empty(hangs.Reports);
        Assert.Empty(Assert.IsType<TokensReport>(waits.Reports.First()).TokenIds);

        foreach (var span in spans)
        {
            span.Task.Cancel();
        }

        engine.Step();
        await Task.WhenAll(spans.Select(span => span.Run));
        Assert.All([waits, hangs], owner => Assert.Equal(SpanEndReason.Cancelled, ((TokensReport)owner.Reports.Last()).End));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Owner : ISpanOwner
    {
        public ConcurrentQueue<SpanReport> Reports { get; } = new();

        public TaskCompletionSource Heard { get; } = new();

        public Task<bool> ReportAsync(SpanReport report)
        {
            Reports.Enqueue(report);
            Heard.TrySetResult();
            return Task.FromResult(true);
        }
    }
}
