using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;
using TorchSharp;

namespace MmiGrains.Grains.Tests.Hosting;

/// <summary>Clients leave at random points, queued, in the prompt, amid tokens or denoising steps; whatever was held for them comes home.</summary>
public sealed class DisconnectTests(Stores stores)
{
    private const int AtOnce = 16;
    private const int Blocks = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task After_two_hundred_disconnects_nothing_is_held() => LeaveAsync(200);

    [Fact, Trait("Category", "slow")]
    public Task After_a_thousand_disconnects_nothing_is_held() => LeaveAsync(1000);

    private async Task LeaveAsync(int clients)
    {
        // Fewer places than clients, so that some leave the queue; and images that nobody looks at are not kept for the language model.
        await using var silo = await MmiSilo.StartAsync(stores, device => device with
        {
            Decoder = new DecoderOptions { MaxRunning = 4, Blocks = Blocks, ProjectedImageBytes = 0 },
            Diffusion = new DiffusionOptions { MaxBatch = 2 },
        });
        var random = new Random(11);
        await TalkAsync(silo, "first", TimeSpan.FromMinutes(1), random.Next());
        var longest = System.Diagnostics.Stopwatch.GetTimestamp();
        await TalkAsync(silo, "second", TimeSpan.FromMinutes(1), random.Next());
        var turnTime = System.Diagnostics.Stopwatch.GetElapsedTime(longest);
        await IdleAsync(silo);
        GC.Collect();
        GC.WaitForPendingFinalizers(); // what other tests left behind
        var before = Held.By(silo);

        var plans = Enumerable.Range(0, clients).Select(i => (Id: $"client-{i}", After: turnTime * random.NextDouble() * 4, Kind: random.Next())).ToArray();
        await Parallel.ForEachAsync(
            plans, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (plan, _) => await TalkAsync(silo, plan.Id, plan.After, plan.Kind));
        await IdleAsync(silo);
        Assert.Equal(before, Held.By(silo));
        Assert.Equal(Blocks, before.FreeBlocks);
    }

    // Says something and leaves: by cancelling the answer, by going away, or by deleting the conversation.
    private static async Task TalkAsync(MmiSilo silo, string id, TimeSpan leaveAfter, int kind)
    {
        var session = silo.Session(id);
        await session.CreateAsync();
        var settings = new GenerationSettings { MaxTokens = 24, Temperature = 1, Seed = kind, ImageFirst = kind % 2 == 0, ImageSteps = 6, PreviewEvery = 2, MaxImages = 1 };
        var receipt = await SendAsync(session, new TurnRequest("turn", [new TextSegment("a big red star.")], settings));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        leaving.CancelAfter(leaveAfter);
        try
        {
            await foreach (var _ in session.WatchAsync(0, leaving.Token).WithCancellation(leaving.Token))
            {
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            // Left.
        }

        await ((kind % 5) switch
        {
            0 => Task.CompletedTask,
            1 => session.DeleteAsync(),
            _ => session.CancelAsync(receipt.TurnId),
        });
    }

    // The directory counts whom it has sent until the device tells of itself, which is every second, and refuses too many for a moment.
    private static async Task<TurnReceipt> SendAsync(IChatSessionGrain session, TurnRequest request)
    {
        while (true)
        {
            try
            {
                return await session.SendAsync(request);
            }
            catch (CapacityExceededException full) when (full.IsPassing)
            {
                await Task.Delay(100, Cancellation);
            }
        }
    }

    private static async Task IdleAsync(MmiSilo silo)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (!Held.By(silo).IsIdle)
        {
            Assert.True(DateTimeOffset.UtcNow < until, $"Still held after {Patience.TotalSeconds:0} s: {Held.By(silo)}");
            await Task.Delay(20, Cancellation);
        }
    }

    // Tensors of images that the cache keeps under its budget are counted out.
    private sealed record Held(int Spans, int Sequences, int Paintings, int Encodings, int FreeBlocks, long Tensors)
    {
        public bool IsIdle => Spans + Sequences + Paintings + Encodings == 0;

        public static Held By(MmiSilo silo)
        {
            var (device, cache) = (silo.Device, silo.Services.GetRequiredService<FeatureCache>());
            var perImage = device.Model.Config.PyramidSides.Count + 1;
            return new Held(
                silo.Services.GetRequiredService<OpenSpans>().Count, device.Decoder.OpenCount, device.Diffusion.OpenCount, device.Encoder.OpenCount,
                device.Decoder.FreeBlocks, torch.Tensor.TotalCount - ((long)perImage * cache.Count));
        }
    }
}
