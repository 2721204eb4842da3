using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
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
        var held = await HeldFeatures.TakeAsync(features, tokens.Images);
        spans.Run(
            request.SpanId, held, () => engine.Submit(Request(request, tokens, held, served.Tokenizer.VocabularySize)),
            task => new DecodingSpan(request, task, served.Tokenizer, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync());
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

    private static DecodeRequest Request(GenerationRequest request, SequenceTokens tokens, HeldFeatures held, int vocabularySize)
    {
        var settings = request.Settings;
        return new DecodeRequest
        {
            Scope = request.Scope,
            TokenIds = tokens.Ids,
            Images = [.. tokens.Images.Zip(held.All, (image, features) => new DecoderImage(image.ToString(), features))],
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
        };
    }
}
