using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Looks;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Mmfs.Looks;

namespace MmiGrains.Grains.Workers.Looks;

/// <summary>Engines' looks as messages.</summary>
internal static class LookReports
{
    /// <summary>Submits a request whose looks are recorded, and waits until the engine has nothing more to do with it.</summary>
    /// <param name="submit">Gives the engine the request.</param>
    /// <param name="cancellation">Ends it at the engine's next step.</param>
    /// <returns>The last event.</returns>
    /// <exception cref="CapacityExceededException">The engine refuses it.</exception>
    public static async Task<TEvent> RunAsync<TRequest, TEvent>(Func<EngineTask<TRequest, TEvent>> submit, CancellationToken cancellation)
        where TEvent : class
    {
        try
        {
            var task = submit();
            await using var registration = cancellation.Register(task.Cancel);
            var last = default(TEvent);
            await foreach (var e in task.Events.ReadAllAsync())
            {
                last = e;
            }

            await task.Finished; // what it borrowed is given back after this, cancelled or not
            cancellation.ThrowIfCancellationRequested();
            return last ?? throw new WorkerUnavailableException("The device gave the look up.");
        }
        catch (CapacityException full)
        {
            throw new CapacityExceededException(full.Message, full.IsPassing);
        }
    }

    /// <summary>A look as a message.</summary>
    /// <param name="look">The look.</param>
    /// <param name="images">The images that it counts.</param>
    public static LookReport Of(RecordedLook look, IReadOnlyList<ImageId> images) => new(
        [.. look.Images.Select(image => new ImageLook(
            images[image.Image], image.Share, [.. image.Points.Select(point => new LookPoint(point.X, point.Y, point.Level, point.Weight))]))],
        look.Nothing, look.Outside, look.Levels);
}
