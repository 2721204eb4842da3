using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Workers;

/// <summary>A device that decodes, as the cluster sees it.</summary>
[WorkerPlacement]
[Reentrant]
[Immovable]
internal sealed class DecoderWorkerGrain(DeviceHost host, FeatureResolver features, OpenSpans spans, ILogger<DecoderWorkerGrain> logger) : Grain, IDecoderWorkerGrain
{
    /// <inheritdoc/>
    public async Task StartAsync(GenerationRequest request)
    {
        var (served, engine) = (host.Model, host.Decoder);
        var limit = served.Config.Sequence.MaxLength;
        var room = request.WantsImage ? 1 + served.Config.Sequence.NumImgToken : Math.Min(request.MaxNewTokens, limit / 4);
        var tokens = SequenceTokens.Of(request.Parts, served.Tokenizer, served.Config, limit - room, served.Config.Llm.Mmfs.MaxImages);
        var leases = new List<FeatureLease>();
        try
        {
            foreach (var image in tokens.Images)
            {
                leases.Add(await features.GetAsync(image, CancellationToken.None));
            }

            var task = Submit(request, tokens, leases, engine, served.Tokenizer.VocabularySize);
            spans.Run(request.SpanId, task.Cancel, async () =>
            {
                try
                {
                    await new DecodingSpan(request, task, served.Tokenizer, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync();
                    await task.Finished;
                }
                finally
                {
                    leases.ForEach(lease => lease.Dispose());
                }
            });
        }
        catch
        {
            leases.ForEach(lease => lease.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<(int Tokens, int Limit)> CountAsync(IReadOnlyList<SequencePart> parts)
    {
        var served = host.Model;
        var tokens = SequenceTokens.Of(parts, served.Tokenizer, served.Config, int.MaxValue, int.MaxValue);
        return tokens.Images.Count > served.Config.Llm.Mmfs.MaxImages
            ? throw new InvalidTurnException("too_many_images", "content", $"content may have {served.Config.Llm.Mmfs.MaxImages} images; it has {tokens.Images.Count}.")
            : Task.FromResult((tokens.Ids.Count, served.Config.Sequence.MaxLength));
    }

    /// <inheritdoc/>
    public Task CancelAsync(string spanId)
    {
        spans.Cancel(spanId);
        return Task.CompletedTask;
    }

    private static EngineTask<DecodeRequest, DecoderEvent> Submit(
        GenerationRequest request, SequenceTokens tokens, IReadOnlyList<FeatureLease> leases, DecoderEngine engine, int vocabularySize)
    {
        var settings = request.Settings;
        try
        {
            return engine.Submit(new DecodeRequest
            {
                Scope = request.Scope,
                TokenIds = tokens.Ids,
                Images = [.. tokens.Images.Zip(leases, (image, lease) => new DecoderImage(image.ToString(), lease.Features))],
                GeneratedTokens = request.GeneratedTokens,
                VocabularySize = vocabularySize,
                WantsImage = request.WantsImage,
                Priority = request.Priority,
                Options = new TextOptions
                {
                    MaxNewTokens = request.MaxNewTokens,
                    MinLength = 0,
                    RepetitionPenalty = 1,
                    Sample = settings.Temperature > 0,
                    Temperature = settings.Temperature > 0 ? Math.Max(settings.Temperature, 0.01) : 1,
                    TopP = settings.TopP,
                    Seed = request.Seed,
                },
            });
        }
        catch (CapacityException problem)
        {
            throw new CapacityExceededException(problem.Message, problem.IsPassing);
        }
    }
}
