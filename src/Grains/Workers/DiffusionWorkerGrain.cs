using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Interleaved;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Workers;

/// <summary>A device that paints, as the cluster sees it.</summary>
[WorkerPlacement]
[Reentrant]
[Immovable]
internal sealed class DiffusionWorkerGrain(
    DeviceHost host, FeatureResolver features, OpenSpans spans, ILogger<DiffusionWorkerGrain> logger) : Grain, IDiffusionWorkerGrain
{
    private const string Sampler = "ddim";

    /// <inheritdoc/>
    public async Task StartAsync(PaintingRequest request)
    {
        var (engine, grains) = (host.Diffusion, GrainFactory); // which outside this call the grain would not give
        var held = await HeldFeatures.TakeAsync(features, request.Before.TakeLast(host.Model.Config.ImageDecoder.ContextImages));
        spans.Run(
            request.SpanId, held, () => engine.Submit(Request(request, held)),
            task => new PaintingSpan(request, task, grains, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync());
    }

    /// <inheritdoc/>
    public Task CancelAsync(string spanId)
    {
        spans.Cancel(spanId);
        return Task.CompletedTask;
    }

    private static PaintRequest Request(PaintingRequest request, HeldFeatures held) => new()
    {
        Prompt = request.Prompt.Values,
        Before = held.All,
        Options = new DenoisingOptions(request.Steps, request.GuidanceScale, Sampler),
        Seed = request.Seed,
        PreviewEvery = request.PreviewEvery,
        Priority = request.Priority,
    };
}
