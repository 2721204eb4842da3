using System.Collections.Concurrent;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.ImageEncoding;

/// <summary>Encodes images, as many together as wait, up to a batch.</summary>
/// <param name="model">The model.</param>
/// <param name="options">Limits.</param>
public sealed class EncoderEngine(MmInterleaved model, EncoderOptions options) : IEngine
{
    private readonly ConcurrentQueue<Item> _waiting = new();
    private int _open;

    /// <inheritdoc/>
    public string Name => "encoder";

    /// <inheritdoc/>
    public Action? WorkArrived { get; set; }

    /// <summary>Images that wait or are being encoded.</summary>
    public int OpenCount => Volatile.Read(ref _open);

    /// <summary>Asks for an image's features. The caller owns them.</summary>
    /// <param name="image">The image, in the encoder's resolution.</param>
    /// <param name="cancellation">Takes the image out of the queue; what is being encoded is finished and thrown away.</param>
    /// <exception cref="CapacityException">Too many wait.</exception>
    /// <exception cref="ArgumentException">The image has another size than the encoder reads.</exception>
    public Task<ImageFeatures> EncodeAsync(RgbImage image, CancellationToken cancellation = default)
    {
        var side = model.Config.ImageResolutionEncoder;
        if (image.Width != side || image.Height != side)
        {
            throw new ArgumentException($"The encoder reads images of {side} x {side}; this one has {image.Width} x {image.Height}.", nameof(image));
        }

        if (Interlocked.Increment(ref _open) > options.MaxWaiting)
        {
            Interlocked.Decrement(ref _open);
            throw CapacityException.Busy("images", options.MaxWaiting, options.MaxWaiting);
        }

        var item = new Item(image, new TaskCompletionSource<ImageFeatures>(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        _waiting.Enqueue(item);
        WorkArrived?.Invoke();
        return item.Done.Task;
    }

    /// <inheritdoc/>
    public bool Step()
    {
        var batch = Take();
        if (batch.Count > 0)
        {
            using var clock = new StepClock(Name, batch.Count);
            try
            {
                Finish(batch, Encode([.. batch.Select(item => item.Image)]));
            }
            catch (Exception problem)
            {
                Fail(batch, problem); // they are no longer among those that FailAll finds
                throw;
            }
        }

        return !_waiting.IsEmpty;
    }

    /// <inheritdoc/>
    public void FailAll(Exception problem)
    {
        while (_waiting.TryDequeue(out var item))
        {
            Interlocked.Decrement(ref _open);
            item.Done.TrySetException(problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => FailAll(new ObjectDisposedException(nameof(EncoderEngine)));

    private List<Item> Take()
    {
        var batch = new List<Item>();
        while (batch.Count < options.MaxBatch && _waiting.TryDequeue(out var item))
        {
            if (item.Cancellation.IsCancellationRequested)
            {
                Interlocked.Decrement(ref _open);
                item.Done.TrySetCanceled(item.Cancellation);
            }
            else
            {
                item.Clock.Begin(Name);
                batch.Add(item);
            }
        }

        return batch;
    }

    private ImageFeatures[] Encode(RgbImage[] images)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var encoded = model.VisualTokenizer.Encode(ImageProcessor.ToTensor(images).to(model.Device).to_type(model.Type));
        Tensor One(Tensor all, int i) => all.narrow(0, i, 1).clone().DetachFromDisposeScope();
        return [.. images.Select((_, i) => new ImageFeatures(
            One(encoded.VisualTokens, i), new FeaturePyramid([.. encoded.Pyramid.Levels.Select(level => One(level, i))])))];
    }

    private void Finish(List<Item> batch, ImageFeatures[] features)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Interlocked.Decrement(ref _open);
            if (batch[i].Cancellation.IsCancellationRequested)
            {
                features[i].Dispose();
                batch[i].Done.TrySetCanceled(batch[i].Cancellation);
            }
            else
            {
                batch[i].Done.TrySetResult(features[i]);
            }
        }
    }

    private void Fail(List<Item> batch, Exception problem)
    {
        foreach (var item in batch.Where(item => item.Done.TrySetException(problem)))
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed record Item(RgbImage Image, TaskCompletionSource<ImageFeatures> Done, CancellationToken Cancellation)
    {
        public RequestClock Clock { get; } = new();
    }
}
