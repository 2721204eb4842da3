using System.Diagnostics;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Illustration;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Jobs;

/// <summary>How long a picture takes now: as measured before, or by painting one.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="rates">What was measured.</param>
internal sealed class RateProbe(IGrainFactory grains, PaintRates rates)
{
    /// <summary>Seconds of a picture, and of how many that is the mean; null where none was painted.</summary>
    /// <param name="tenant">Whose picture it would be.</param>
    /// <param name="steps">Denoising steps.</param>
    /// <param name="mayPaint">Whether one is painted where there is no figure yet.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(double Seconds, long Count)?> FindAsync(string tenant, int steps, bool mayPaint, CancellationToken cancellation)
    {
        var model = (await grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync()).FirstOrDefault(worker => worker.Role == WorkerRole.Diffusion && worker.IsServing)?.Model ?? "";
        if (await rates.FindAsync(model, steps) is { } known || !mayPaint)
        {
            return await rates.FindAsync(model, steps);
        }

        await PaintAsync(tenant, steps: 1, cancellation); // what is only done once is not the pictures' time
        await rates.AddAsync(model, steps, await PaintAsync(tenant, steps, cancellation));
        return await rates.FindAsync(model, steps);
    }

    private async Task<double> PaintAsync(string tenant, int steps, CancellationToken cancellation)
    {
        var session = grains.GetGrain<IChatSessionGrain>($"{tenant}/probe-{Guid.NewGuid():N}");
        await Patience.CallAsync(() => session.CreateAsync(new SessionOpening { IsPassing = true }), cancellation);
        var began = Stopwatch.GetTimestamp();
        var settings = new GenerationSettings { MaxTokens = 0, ImageFirst = true, MaxImages = 1, PreviewEvery = 0, ImageSteps = steps, Seed = 0 };
        var receipt = await Patience.CallAsync(() => session.SendAsync(new TurnRequest("probe", [new TextSegment("a picture.")], settings) { Priority = 1 }), cancellation);
        await foreach (var e in Patience.WatchAsync(session, receipt.Sequence, cancellation))
        {
            if (e.EndsTurn)
            {
                break;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await session.DeleteAsync();
        return seconds;
    }
}
