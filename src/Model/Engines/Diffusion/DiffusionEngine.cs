using System.Collections.Concurrent;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>
/// Paints many images together, one denoising step at a time, each at its own timestep with its own sampler, guidance and seed. Images come
/// and go between steps. An image that cannot be painted fails alone: what fails in company is done once more, each by itself.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">Limits.</param>
public sealed class DiffusionEngine(MmInterleaved model, DiffusionOptions options) : IEngine
{
    private readonly ConcurrentQueue<EngineTask<PaintRequest, PaintEvent>> _arrived = new();
    private readonly List<EngineTask<PaintRequest, PaintEvent>> _waiting = [];
    private readonly FairTurns _turns = new();
    private readonly List<Painting> _painting = [];
    private PaintingBatch? _batch;
    private long _arrivals;
    private int _open;
    private long _steps;

    /// <inheritdoc/>
    public string Name => "diffusion";

    /// <inheritdoc/>
    public Action? WorkArrived { get; set; }

    /// <summary>Images that wait or are painted.</summary>
    public int OpenCount => Volatile.Read(ref _open);

    /// <summary>Images that have ended since the start, painted or not.</summary>
    public long EndedCount => Interlocked.Read(ref _arrivals) - OpenCount;

    /// <summary>Images that are painted.</summary>
    public int RunningCount => _painting.Count;

    /// <summary>Denoising steps of images since the start.</summary>
    public long StepCount => Interlocked.Read(ref _steps);

    /// <summary>Asks for an image.</summary>
    /// <exception cref="CapacityException">Too many wait.</exception>
    /// <exception cref="ArgumentException">The request does not fit this model.</exception>
    public EngineTask<PaintRequest, PaintEvent> Submit(PaintRequest request)
    {
        request.Options.Check();
        var most = model.Config.ImageDecoder.Scheduler.NumTrainTimesteps;
        if (request.Options.Steps > most)
        {
            throw new ArgumentException($"image_steps must be at most the {most} timesteps of this model; it is {request.Options.Steps}.", nameof(request));
        }

        var prompt = model.Config.ImageResampler.NumQueries * model.Config.ImageResampler.HiddenSize;
        if (request.Prompt.Length != prompt)
        {
            throw new ArgumentException($"A prompt of this model has {prompt} numbers; this one has {request.Prompt.Length}.", nameof(request));
        }

        if (Interlocked.Increment(ref _open) > options.MaxWaiting + options.MaxBatch)
        {
            Interlocked.Decrement(ref _open);
            throw CapacityException.Busy("images", options.MaxWaiting, options.MaxWaiting);
        }

        var task = new EngineTask<PaintRequest, PaintEvent>(request, () => WorkArrived?.Invoke());
        Interlocked.Increment(ref _arrivals);
        _arrived.Enqueue(task);
        WorkArrived?.Invoke();
        return task;
    }

    /// <inheritdoc/>
    public bool Step()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        Receive();
        DropCancelled();
        Admit();
        if (_painting.Count == 0)
        {
            DropBatch();
            return false;
        }

        using var clock = new StepClock(Name, _painting.Count);
        EngineInstruments.DenoisingSteps.Add(_painting.Count);
        Interlocked.Add(ref _steps, _painting.Count);
        var predicted = _painting.Count > 1 ? TryPredict() : null;
        var row = 0;
        foreach (var painting in _painting.ToArray())
        {
            var rows = painting.IsGuided ? 2 : 1;
            try
            {
                Advance(painting, predicted?.narrow(0, row, rows) ?? Predict([painting]));
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Drop(painting);
                Interlocked.Decrement(ref _open);
                painting.Task.Fail(problem);
            }

            row += rows;
        }

        return _painting.Count + _waiting.Count > 0;
    }

    /// <inheritdoc/>
    public void FailAll(Exception problem)
    {
        Receive();
        foreach (var task in _waiting.Concat(_painting.Select(painting => painting.Task)))
        {
            Interlocked.Decrement(ref _open);
            task.Fail(problem);
        }

        _waiting.Clear();
        _painting.ForEach(painting => painting.Dispose());
        _painting.Clear();
        DropBatch();
    }

    /// <inheritdoc/>
    public void Dispose() => FailAll(new ObjectDisposedException(nameof(DiffusionEngine)));

    // An idle painter keeps no image's projection.
    private void DropBatch()
    {
        _batch?.Dispose();
        _batch = null;
    }

    private void Receive()
    {
        while (_arrived.TryDequeue(out var task))
        {
            var place = _waiting.FindIndex(other => other.Request.Priority > task.Request.Priority);
            _waiting.Insert(place < 0 ? _waiting.Count : place, task);
        }
    }

    private void DropCancelled()
    {
        foreach (var task in _waiting.Where(task => task.IsCancelled).ToArray())
        {
            _waiting.Remove(task);
            End(task, new PaintCancelled());
        }

        foreach (var painting in _painting.Where(painting => painting.Task.IsCancelled).ToArray())
        {
            Leave(painting, new PaintCancelled());
        }
    }

    private void Admit()
    {
        var side = model.Config.LatentSide;
        while (_painting.Count < options.MaxBatch && _waiting.Count > 0)
        {
            var index = _turns.Next(_waiting, waiting => (waiting.Request.Scope, waiting.Request.Priority));
            var task = _waiting[index];
            _waiting.RemoveAt(index);
            _turns.Serve(task.Request.Scope, _waiting.Count == 0);
            task.Clock.Begin(Name);
            try
            {
                var steps = model.ImageDecoder.Scheduler(task.Request.Options.Scheduler).Begin(task.Request.Options.Steps);
                _painting.Add(new Painting(task, steps, [1, model.Config.ImageDecoder.Vae.LatentChannels, side, side]));
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Interlocked.Decrement(ref _open);
                task.Fail(problem);
            }
        }
    }

    // Null where something of it cannot be computed: nothing has advanced.
    private Tensor? TryPredict()
    {
        try
        {
            return Predict([.. _painting]);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return null;
        }
    }

    private Tensor Predict(IReadOnlyList<Painting> paintings)
    {
        if (_batch is null || !_batch.Paintings.SequenceEqual(paintings))
        {
            DropBatch();
            _batch = new PaintingBatch(model, paintings);
        }

        return _batch.PredictNoise(model.ImageDecoder.Decoder);
    }

    private void Advance(Painting painting, Tensor predicted)
    {
        var (timestep, before, request) = (painting.Timestep, painting.Latents.alias(), painting.Task.Request);
        var noise = painting.Step(predicted);
        var isFinished = painting.StepsDone == painting.Steps;
        var previews = request.PreviewEvery > 0 && painting.StepsDone % request.PreviewEvery == 0 && !isFinished;
        painting.Task.Publish(new PaintProgress(painting.StepsDone, painting.Steps, previews ? Image(Clean(before, noise, timestep)) : null));
        if (isFinished)
        {
            if (!painting.Latents.isfinite().all().item<bool>())
            {
                throw new InvalidOperationException("What was painted is not finite.");
            }

            Leave(painting, new Painted(Image(painting.Latents)));
        }
    }

    // The latents without the noise that is predicted in them.
    private Tensor Clean(Tensor latents, Tensor noise, int timestep)
    {
        var alphaBar = model.ImageDecoder.Schedule.AlphaBar(timestep);
        return (latents - (Math.Sqrt(1 - alphaBar) * noise)) / Math.Sqrt(alphaBar);
    }

    private RgbImage Image(Tensor latents) => ImageProcessor.FromTensor(model.ImageDecoder.Decode(latents)[0]);

    private void Leave(Painting painting, PaintEvent last)
    {
        Drop(painting);
        End(painting.Task, last);
    }

    private void Drop(Painting painting)
    {
        _painting.Remove(painting);
        painting.Dispose();
    }

    private void End(EngineTask<PaintRequest, PaintEvent> task, PaintEvent last)
    {
        Interlocked.Decrement(ref _open);
        task.End(last);
    }
}
