using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Looks;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers.Looks;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs.Looks;
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
    private const int LookPriority = 1; // after those who wait for a picture

    private ServedDevice Device => host.Find(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task StartAsync(PaintingRequest request)
    {
        var (device, grains) = (Device, GrainFactory); // which outside this call the grain would not give
        var engine = device.Diffusion;
        var held = await HeldFeatures.TakeAsync(features, device.EncoderName, request.Before.TakeLast(device.Model.Config.ImageDecoder.ContextImages));
        spans.Run(
            request.SpanId, held, () => engine.Submit(Request(request, held)),
            task => new PaintingSpan(request, task, grains, () => device.IsAlive, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync());
    }

    /// <inheritdoc/>
    public async Task<LookReport> LookAsync(PaintingLookRequest request, CancellationToken cancellation)
    {
        var device = Device;
        var engine = device.Diffusion;
        var seen = request.Before.TakeLast(device.Model.Config.ImageDecoder.ContextImages).ToArray();
        using var held = await HeldFeatures.TakeAsync(features, device.EncoderName, seen);
        var recorder = new LookRecorder(request.Place is { } place ? (place.X, place.Y) : null);
        await LookReports.RunAsync(() => engine.Submit(new PaintRequest
        {
            Prompt = request.Prompt.Values,
            Before = held.All,
            Options = new DenoisingOptions(request.Steps, request.GuidanceScale, Sampler),
            Seed = request.Seed,
            Scope = request.Tenant,
            Priority = LookPriority,
            Looks = recorder,
        }), cancellation);
        return LookReports.Of(recorder.Finish(), seen);
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
        Scope = request.Tenant,
        PreviewEvery = request.PreviewEvery,
        Priority = request.Priority,
    };
}
