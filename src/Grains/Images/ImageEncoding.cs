using System.Runtime.ExceptionServices;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Workers;
using Orleans.Concurrency;

namespace MmiGrains.Grains.Images;

/// <summary>An image's features, as its grain keeps track of them: who has them, made once however many ask. For one activation's turns only.</summary>
/// <param name="image">Which.</param>
/// <param name="encoder">Whose features: <see cref="EncoderIdentity"/>.</param>
/// <param name="encoders">Who encodes.</param>
/// <param name="readAsync">The original bytes.</param>
internal sealed class ImageEncoding(ImageId image, string encoder, EncoderChoice encoders, Func<Task<byte[]>> readAsync)
{
    private const int MostTries = 3;

    private Task<Encoded>? _task;

    /// <summary>How to fetch the features; encoded now where nobody has them any more.</summary>
    public async Task<PyramidDescriptor> GetAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var isNew = IsToBegin;
            var task = Begin();
            var encoded = await task.WaitAsync(cancellation);
            if (isNew || await IsThereAsync(encoded))
            {
                return encoded.Descriptor;
            }

            Drop(task);
        }
    }

    /// <summary>One piece.</summary>
    public async Task<Immutable<byte[]>> ReadPieceAsync(int piece, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var task = Begin();
            var (worker, descriptor) = await task.WaitAsync(cancellation);
            ArgumentOutOfRangeException.ThrowIfNegative(piece);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(piece, descriptor.PieceCount);
            try
            {
                if (await worker.ReadPieceAsync(image, piece) is { } bytes)
                {
                    return bytes;
                }
            }
            catch (Exception problem) when (ElsewhereRules.MayTry(problem))
            {
                // encoded anew, by whoever is there
            }

            Drop(task);
        }

        throw new CapacityExceededException($"The features of the image '{image}' were evicted {MostTries} times before they could be read: the encoder's memory is too small.", isPassing: true);
    }

    /// <summary>Has whoever holds the features forget them.</summary>
    public async Task ForgetAsync()
    {
        var task = _task;
        _task = null;
        try
        {
            if (task is { IsCompletedSuccessfully: true })
            {
                await (await task).Worker.ForgetAsync(image);
            }
        }
        catch (Exception problem) when (ElsewhereRules.MayTry(problem))
        {
            // gone with its memory
        }
    }

    private bool IsToBegin => _task is null or { IsFaulted: true } or { IsCanceled: true };

    private Task<Encoded> Begin() => IsToBegin ? _task = EncodeAsync() : _task!;

    private void Drop(Task<Encoded> task) => _task = _task == task ? null : _task;

    private async Task<bool> IsThereAsync(Encoded encoded)
    {
        try
        {
            return await encoded.Worker.FindAsync(image) is not null;
        }
        catch (Exception problem) when (ElsewhereRules.MayTry(problem))
        {
            return false;
        }
    }

    private async Task<Encoded> EncodeAsync()
    {
        var avoid = new List<string>();
        Exception? last = null;
        while (avoid.Count < MostTries && await ChooseAsync(avoid, last) is { } key)
        {
            var worker = encoders.Worker(key);
            try
            {
                return new Encoded(worker, await worker.FindAsync(image) ?? await worker.EncodeAsync(image, (await readAsync()).AsImmutable()));
            }
            catch (Exception problem) when (ElsewhereRules.MayTry(problem))
            {
                avoid.Add(key);
                last = problem;
            }
        }

        if (last is not null)
        {
            ExceptionDispatchInfo.Throw(last);
        }

        throw new WorkerUnavailableException($"Nobody encodes images now, and '{image}' needs it.");
    }

    private async Task<string?> ChooseAsync(List<string> avoid, Exception? last)
    {
        try
        {
            return await encoders.ChooseAsync(image, encoder, avoid);
        }
        catch (CapacityExceededException) when (last is not null)
        {
            return null; // the first refusal says it better
        }
    }

    private sealed record Encoded(IEncoderWorkerGrain Worker, PyramidDescriptor Descriptor);
}
