using MmiGrains.Contracts.Looks;

namespace MmiGrains.Contracts.Workers;

/// <summary>A device that paints; the key is the silo's address, '/', the device. It is never reborn elsewhere: if its silo is gone, calls fail.</summary>
[Alias("mmi.IDiffusionWorkerGrain")]
public interface IDiffusionWorkerGrain : IGrainWithStringKey
{
    /// <summary>Takes an image on; what comes of it is reported to its owner.</summary>
    /// <exception cref="Errors.CapacityExceededException">Too many wait.</exception>
    [Alias("Start")]
    Task StartAsync(PaintingRequest request);

    /// <summary>Paints a picture once more and tells what the painter looked at, on average over its steps.</summary>
    /// <exception cref="Errors.CapacityExceededException">Too many wait.</exception>
    [Alias("Look"), ResponseTimeout("00:02:00")]
    Task<LookReport> LookAsync(PaintingLookRequest request, CancellationToken cancellation);

    /// <summary>Ends it at the next step.</summary>
    [Alias("Cancel")]
    Task CancelAsync(string spanId);
}
