using MmiGrains.Contracts.Looks;

namespace MmiGrains.Contracts.Workers;

/// <summary>A device that decodes; the key is the silo's address, '/', the device. It is never reborn elsewhere: if its silo is gone, calls fail.</summary>
[Alias("mmi.IDecoderWorkerGrain")]
public interface IDecoderWorkerGrain : IGrainWithStringKey
{
    /// <summary>Takes a span on; what comes of it is reported to its owner.</summary>
    /// <exception cref="Errors.CapacityExceededException">It could never run, or too many wait.</exception>
    [Alias("Start")]
    Task StartAsync(GenerationRequest request);

    /// <summary>How many tokens parts of a sequence have, and how many a sequence may have.</summary>
    [Alias("Count")]
    Task<(int Tokens, int Limit)> CountAsync(IReadOnlyList<SequencePart> parts);

    /// <summary>Reads a span once more and tells what it looked at where it chose some tokens, or began an image; that image's prompt comes with it.</summary>
    /// <exception cref="Errors.CapacityExceededException">Too many wait.</exception>
    /// <exception cref="Errors.InvalidTurnException">The span has no such token or characters.</exception>
    [Alias("Look"), ResponseTimeout("00:02:00")]
    Task<LookReport> LookAsync(LookRequest request, CancellationToken cancellation);

    /// <summary>Ends a span at the next step.</summary>
    [Alias("Cancel")]
    Task CancelAsync(string spanId);
}
