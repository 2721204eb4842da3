using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Looks;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers.Looks;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Mmfs.Looks;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Workers;

/// <summary>A device that decodes, as the cluster sees it.</summary>
[WorkerPlacement]
[Reentrant]
[Immovable]
internal sealed class DecoderWorkerGrain(DeviceHost host, FeatureResolver features, OpenSpans spans, ILogger<DecoderWorkerGrain> logger) : Grain, IDecoderWorkerGrain
{
    private const int LookPriority = 1; // after those who wait for an answer

    private ServedDevice Device => host.Find(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task StartAsync(GenerationRequest request)
    {
        var device = Device;
        var (served, engine) = (device.Model, device.Decoder);
        var tokens = Tokens(served, request.Parts, request.WantsImage, request.MaxNewTokens);
        var held = await HeldFeatures.TakeAsync(features, device.EncoderName, tokens.Images);
        spans.Run(
            request.SpanId, held, () => engine.Submit(Request(request, tokens, held, served.Tokenizer.VocabularySize)),
            task => new DecodingSpan(request, task, served.Tokenizer, () => device.IsAlive, new SpanReporter(request.Owner, request.SpanId, logger)).RunAsync());
    }

    /// <inheritdoc/>
    public Task<(int Tokens, int Limit)> CountAsync(IReadOnlyList<SequencePart> parts)
    {
        var served = Device.Model;
        var tokens = SequenceTokens.Of(parts, served.Tokenizer, served.Config, int.MaxValue, int.MaxValue);
        return tokens.Images.Count > served.Config.Llm.Mmfs.MaxImages
            ? throw new InvalidTurnException("too_many_images", "content", $"content may have {served.Config.Llm.Mmfs.MaxImages} images; it has {tokens.Images.Count}.")
            : Task.FromResult((tokens.Ids.Count, served.Config.Sequence.MaxLength));
    }

    /// <inheritdoc/>
    public async Task<LookReport> LookAsync(LookRequest request, CancellationToken cancellation)
    {
        var device = Device;
        var (served, engine) = (device.Model, device.Decoder);
        var asked = request.Token is null && request.Text is null ? null : LookedTokens.Of(request, served.Tokenizer);
        var tokens = Tokens(served, request.Parts, request.WantsImage, request.MaxNewTokens);
        using var held = await HeldFeatures.TakeAsync(features, device.EncoderName, tokens.Images);

        // A token was chosen from what the token before it had become.
        var read = asked is null ? request.Tokens.Count : asked.First + asked.Count - 1;
        var recorder = new LookRecorder();
        var last = await LookReports.RunAsync(() => engine.Submit(new DecodeRequest
        {
            Scope = request.Scope,
            TokenIds = [.. tokens.Ids, .. request.Tokens.Take(read).Select(id => (long)id)],
            Images = Images(tokens, held),
            Options = new TextOptions { MaxNewTokens = 1, MinLength = 0, RepetitionPenalty = 1 },
            VocabularySize = served.Tokenizer.VocabularySize,
            WantsImage = asked is null,
            Looks = recorder,
            LookTokens = asked?.Count ?? 1,
            Priority = LookPriority,
        }), cancellation);
        return LookReports.Of(recorder.Finish(), tokens.Images) with
        {
            Text = asked?.Text ?? "",
            FirstToken = asked?.First ?? 0,
            TokenCount = asked?.Count ?? 0,
            Prompt = last is SpanEnded { Image: { } prompt } ? new ImagePrompt(prompt) : null,
        };
    }

    /// <inheritdoc/>
    public Task CancelAsync(string spanId)
    {
        spans.Cancel(spanId);
        return Task.CompletedTask;
    }

    // Room is kept for what the span may generate.
    private static SequenceTokens Tokens(ServedModel served, IReadOnlyList<SequencePart> parts, bool wantsImage, int maxNewTokens)
    {
        var limit = served.Config.Sequence.MaxLength;
        var room = wantsImage ? 1 + served.Config.Sequence.NumImgToken : Math.Min(maxNewTokens, limit / 4);
        return SequenceTokens.Of(parts, served.Tokenizer, served.Config, limit - room, served.Config.Llm.Mmfs.MaxImages);
    }

    private static DecoderImage[] Images(SequenceTokens tokens, HeldFeatures held) =>
        [.. tokens.Images.Zip(held.All, (image, features) => new DecoderImage(image.ToString(), features))];

    private static DecodeRequest Request(GenerationRequest request, SequenceTokens tokens, HeldFeatures held, int vocabularySize)
    {
        var settings = request.Settings;
        return new DecodeRequest
        {
            Scope = request.Scope,
            TokenIds = tokens.Ids,
            Images = Images(tokens, held),
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
