using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>
/// Decodes many sequences together on the CPU (continuous batching, Orca and vLLM): each step reads the weights once for one token of every
/// sequence that decodes and for pieces of the prompts of those that do not yet. A token's numbers do not depend on what is beside it, so a
/// request yields the same tokens alone and in company. A request that cannot be computed fails alone: what fails in company is computed once
/// more, each by itself.
/// </summary>
public sealed class DecoderEngine : IEngine
{
    private readonly MmInterleaved _model;
    private readonly DecodeComputation _computation;
    private readonly DecoderOptions _options;
    private readonly DecodeRules _rules;
    private readonly BlockPool _pool;
    private readonly DecodeQueue _queue;
    private readonly ProjectedImages _images;
    private readonly ConcurrentQueue<DecoderSequence> _arrived = new();
    private long _arrivals;
    private int _open;
    private long _tokens;

    /// <param name="model">The model, in float32 on the CPU; it becomes ready for inference, for good.</param>
    /// <param name="options">Limits.</param>
    /// <param name="format">How the language model's weights are kept.</param>
    public DecoderEngine(MmInterleaved model, DecoderOptions options, WeightFormat format = WeightFormat.Float32)
    {
        model.PrepareForInference(format);
        (_model, _options, _rules) = (model, options, new DecodeRules(model.Config, options));
        _pool = new BlockPool(model.Config.Llm, options.BlockTokens, options.Blocks);
        _images = new ProjectedImages(model, options.ProjectedImageBytes);
        _queue = new DecodeQueue(options, _pool, _images.MostHeld);
        _computation = new DecodeComputation(model, _pool);
    }

    /// <inheritdoc/>
    public string Name => "decoder";

    /// <inheritdoc/>
    public Action? WorkArrived { get; set; }

    /// <summary>Spans that have not ended.</summary>
    public int OpenCount => Volatile.Read(ref _open);

    /// <summary>Spans that have ended since the start, however they did.</summary>
    public long EndedCount => Interlocked.Read(ref _arrivals) - OpenCount;

    /// <summary>Spans that run.</summary>
    public int RunningCount => _queue.Running.Count;

    /// <summary>Tokens of text that were chosen since the start.</summary>
    public long TokenCount => Interlocked.Read(ref _tokens);

    /// <summary>Blocks that no running sequence holds.</summary>
    public int FreeBlocks => _pool.FreeCount;

    /// <summary>Asks for a span.</summary>
    /// <exception cref="CapacityException">It could never run, or too many wait.</exception>
    /// <exception cref="ArgumentException">The request is not a sequence of this model.</exception>
    public EngineTask<DecodeRequest, DecoderEvent> Submit(DecodeRequest request)
    {
        _rules.Check(request);
        if (Interlocked.Increment(ref _open) > _options.MaxWaiting + _options.MaxRunning)
        {
            Interlocked.Decrement(ref _open);
            throw CapacityException.Busy("sequences", _options.MaxWaiting, _options.MaxWaiting);
        }

        var span = new EngineTask<DecodeRequest, DecoderEvent>(request, () => WorkArrived?.Invoke());
        _arrived.Enqueue(new DecoderSequence(span, _model.Config.SpecialTokens) { Arrival = Interlocked.Increment(ref _arrivals), MostBlocks = _rules.MostBlocks(request) });
        WorkArrived?.Invoke();
        return span;
    }

    /// <inheritdoc/>
    public bool Step()
    {
        using var quiet = no_grad();
        while (_arrived.TryDequeue(out var sequence))
        {
            if (sequence.Span.Request.WantsImage)
            {
                sequence.WantImage();
            }

            _queue.Wait(sequence);
        }

        foreach (var sequence in _queue.Running.Concat(_queue.Waiting).Where(sequence => sequence.Span.IsCancelled).ToArray())
        {
            End(sequence, SpanEnd.Cancelled);
        }

        while (_queue.Admit(GaveWay) is { } admitted)
        {
            admitted.Span.Clock.Begin(Name);
            try
            {
                admitted.Images = _images.TakeAll(admitted.Span.Request.Images);
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Fail(admitted, problem);
            }
        }

        var pieces = _queue.Plan();
        if (pieces.Count == 0)
        {
            return false;
        }

        Run(pieces);
        return !_queue.IsEmpty;
    }

    /// <inheritdoc/>
    public void FailAll(Exception problem)
    {
        while (_arrived.TryDequeue(out var sequence))
        {
            Fail(sequence, problem);
        }

        foreach (var sequence in _queue.Running.Concat(_queue.Waiting).ToArray())
        {
            Fail(sequence, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FailAll(new ObjectDisposedException(nameof(DecoderEngine)));
        _images.Dispose();
        _computation.Dispose();
        _pool.Dispose();
    }

    private void GaveWay(DecoderSequence sequence)
    {
        GiveImagesBack(sequence);
        sequence.Span.Request.Looks?.Clear(); // its tokens come again
        EngineInstruments.Preemptions.Add(1);
    }

    private void Run(List<(DecoderSequence Sequence, int First, int Count)> pieces)
    {
        using var clock = new StepClock(Name, pieces.Count);
        EngineInstruments.IterationTokens.Record(pieces.Sum(piece => piece.Count));
        var logits = pieces.Count > 1 ? TryRun(pieces) : null;
        for (var i = 0; i < pieces.Count; i++)
        {
            var (sequence, _, count) = pieces[i];
            try
            {
                var last = logits?[i] ?? _computation.Run([pieces[i]])[0];
                if (!float.IsFinite(TensorPrimitives.Sum<float>(last)))
                {
                    throw new InvalidOperationException("What the language model says of the next token is not finite."); // and what it has computed is not kept
                }

                sequence.Advance(_pool, count);
                if (sequence.Computed == sequence.Length)
                {
                    Continue(sequence, last);
                }
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                Fail(sequence, problem);
            }
        }
    }

    // Null where something of it cannot be computed: nothing has advanced.
    private float[][]? TryRun(List<(DecoderSequence Sequence, int First, int Count)> pieces)
    {
        try
        {
            return _computation.Run(pieces);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return null;
        }
    }

    // All tokens are computed: the next one is chosen, or the span ends.
    private void Continue(DecoderSequence sequence, Span<float> logits)
    {
        var (special, options) = (_model.Config.SpecialTokens, sequence.Span.Request.Options);
        if (sequence[sequence.Length - 1] == special.Soi)
        {
            End(sequence, SpanEnd.Image, _computation.ImagePrompt(sequence));
            return;
        }

        if (sequence.Span.Request.Looks is not null)
        {
            End(sequence, SpanEnd.Length);
            return;
        }

        var (next, logProbability) = TokenChoice.Choose(sequence, logits, special);
        if (next == special.Eos)
        {
            End(sequence, SpanEnd.EndOfText);
            return;
        }

        // An image that the sequence has no room for does not begin.
        if (next == special.Soi && sequence.Length + 1 + _model.Config.Sequence.NumImgToken > _model.Config.Sequence.MaxLength)
        {
            End(sequence, SpanEnd.Length);
            return;
        }

        sequence.Add(next);
        if (next != special.Soi)
        {
            Interlocked.Increment(ref _tokens);
            sequence.Span.Clock.Token();
            sequence.Span.Publish(new TokenDecoded(next, logProbability));
            if (sequence.Generated.Count - sequence.Span.Request.GeneratedTokens > options.MaxNewTokens || sequence.Length >= _model.Config.Sequence.MaxLength)
            {
                End(sequence, SpanEnd.Length);
            }
        }
    }

    private void End(DecoderSequence sequence, SpanEnd reason, float[]? image = null)
    {
        Leave(sequence);
        sequence.Span.Clock.End();
        sequence.Span.End(new SpanEnded(reason, sequence.PromptLength, sequence.Reused, image));
    }

    private void Fail(DecoderSequence sequence, Exception problem)
    {
        Leave(sequence);
        sequence.Span.Fail(problem);
    }

    private void Leave(DecoderSequence sequence)
    {
        _queue.Remove(sequence);
        GiveImagesBack(sequence);
        Interlocked.Decrement(ref _open);
    }

    private void GiveImagesBack(DecoderSequence sequence)
    {
        if (sequence.Images is not null)
        {
            foreach (var image in sequence.Span.Request.Images)
            {
                _images.Release(image.Key);
            }

            sequence.Images = null;
            sequence.Looks.Clear();
        }
    }
}
