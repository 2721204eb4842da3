using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Engines;
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
        var leases = new List<FeatureLease>();
        try
        {
            foreach (var image in request.Before.TakeLast(host.Model.Config.ImageDecoder.ContextImages))
            {
                leases.Add(await features.GetAsync(image, CancellationToken.None));
            }

            var task = Submit(request, leases, engine);
            spans.Run(request.SpanId, task.Cancel, async () =>
            {
                try
                {
                    await new PaintingSpan(request, task, grains, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync();
                    await task.Finished;
                }
                finally
                {
                    leases.ForEach(lease => lease.Dispose());
                }
            });
        }
        catch
        {
            leases.ForEach(lease => lease.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CancelAsync(string spanId)
    {
        spans.Cancel(spanId);
        return Task.CompletedTask;
    }

    private static EngineTask<PaintRequest, PaintEvent> Submit(PaintingRequest request, IReadOnlyList<FeatureLease> leases, DiffusionEngine engine)
    {
        try
        {
            return engine.Submit(new PaintRequest
            {
                Prompt = request.Prompt.Values,
                Before = [.. leases.Select(lease => lease.Features)],
                Options = new DenoisingOptions(request.Steps, request.GuidanceScale, Sampler),
                Seed = request.Seed,
                PreviewEvery = request.PreviewEvery,
                Priority = request.Priority,
            });
        }
        catch (CapacityException problem)
        {
            throw new CapacityExceededException(problem.Message, problem.IsPassing);
        }
    }
}
