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
    PaintingRequest request, EngineTask<PaintRequest, PaintEvent> task, IGrainFactory grains, SpanReporter reporter)
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
            while (true)
            {
                var more = task.Events.WaitToReadAsync().AsTask();
                var hasCome = await Task.WhenAny(more, Task.Delay(Heartbeat)) == more;
                if (hasCome && !await more)
                {
                    return;
                }

                PaintProgress? progress = null;
                while (task.Events.TryRead(out var e))
                {
                    switch (e)
                    {
                        case PaintProgress step:
                            progress = progress?.Preview is { } preview && step.Preview is null ? step with { Preview = preview } : step;
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

                var isLate = request.Deadline is { } deadline && DateTimeOffset.UtcNow > deadline;
                var png = progress?.Preview is { } shown ? ImageProcessor.EncodePng(shown) : null;
                if (isLate || !await reporter.SendAsync((span, number) => new PaintReport(span, number, progress?.Step ?? 0, progress?.Steps ?? request.Steps, png)))
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
