using System.Diagnostics;
using System.Security.Cryptography;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Imaging;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Workers;

/// <summary>Carries an engine's progress to a span's owner, and stores the finished image before it tells of it.</summary>
internal sealed class PaintingSpan(
    PaintingRequest request, EngineTask<PaintRequest, PaintEvent> task, IGrainFactory grains, Func<bool> isAlive, SpanReporter reporter)
{
    private const int StoreTries = 4;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    public async Task RunAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var activity = TurnTrace.Begin("paint");
        activity?.SetTag("mmi.span", request.SpanId).SetTag("mmi.denoising_steps", request.Steps);
        try
        {
            var (step, steps) = (0, request.Steps);
            while (true)
            {
                var more = task.Events.WaitToReadAsync().AsTask();
                var hasCome = await Task.WhenAny(more, Task.Delay(Heartbeat)) == more;
                if (hasCome && !await more)
                {
                    return;
                }

                if (!hasCome && !isAlive())
                {
                    continue; // of a device that hangs its owner hears nothing, and gives the span to another
                }

                RgbImage? preview = null;
                while (task.Events.TryRead(out var e))
                {
                    switch (e)
                    {
                        case PaintProgress progress:
                            (step, steps, preview) = (progress.Step, progress.Steps, progress.Preview ?? preview);
                            break;
                        case Painted painted:
                            MmiInstruments.Stage("paint", began);
                            MmiInstruments.ImagesPainted.Add(1);
                            var image = await StoreAsync(painted.Image);
                            await reporter.SendAsync((span, number) => new PaintedReport(span, number, image));
                            return;
                        default:
                            return;
                    }
                }

                var png = preview is null ? null : ImageProcessor.EncodePng(preview);
                var (done, all) = (step, steps);
                if (!await reporter.SendAsync((span, number) => new PaintReport(span, number, done, all, png)))
                {
                    task.Cancel();
                    return;
                }
            }
        }
        catch (Exception problem)
        {
            task.Cancel();
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            await reporter.FailAsync(problem);
        }
    }

    // The same pixels are the same file, and so the same image, whoever paints them.
    private async Task<ImageId> StoreAsync(RgbImage image)
    {
        var began = Stopwatch.GetTimestamp();
        var bytes = ImageProcessor.EncodePng(image);
        var id = new ImageId(request.Tenant, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var info = new ImageInfo(id, "image/png", image.Width, image.Height, bytes.Length, DateTimeOffset.UtcNow);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grains.GetGrain<IImageGrain>(id.ToString()).PutAsync(new Immutable<byte[]>(bytes), info);
                MmiInstruments.Stage("store", began);
                return id;
            }
            catch (Exception problem) when (attempt < StoreTries && ElsewhereRules.MayTry(problem))
            {
                await Task.Delay(200 * attempt); // the image's grain comes up on another silo
            }
        }
    }
}
