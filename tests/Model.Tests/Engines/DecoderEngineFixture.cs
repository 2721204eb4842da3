using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>A decoder engine of a small model, stepped by hand.</summary>
public abstract class DecoderEngineFixture : IDisposable
{
    protected static readonly TextOptions Greedy = new() { Sample = false, MaxNewTokens = 20, MinLength = 30, RepetitionPenalty = 1.3 };
    protected static readonly TextOptions Sampled = new() { Sample = true, MaxNewTokens = 20, MinLength = 30, Seed = 11 };

    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private protected MmInterleaved Model { get; } = SeededModel.Create();

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
        _quiet.Dispose();
    }

    protected DecoderEngine Engine(DecoderOptions? options = null) => new(Model, options ?? new());

    protected DecodeRequest Request(long[] text, int images, TextOptions options)
    {
        var special = Model.Config.SpecialTokens;
        long[] image = [special.Soi, .. Enumerable.Repeat((long)special.Image, Model.Config.Sequence.NumImgToken)];
        using var generator = new Generator(3);
        var pixels = rand([images, 3, 64, 64], generator: generator);
        return new DecodeRequest
        {
            Scope = "tests",
            TokenIds = [special.Bos, .. Enumerable.Range(0, images).SelectMany(_ => image), .. text],
            Images = [.. Enumerable.Range(0, images).Select(i => Encode(pixels.narrow(0, i, 1), $"image {i}"))],
            Options = options,
        };
    }

    protected DecoderImage Encode(Tensor pixels, string key)
    {
        var encoded = Model.VisualTokenizer.Encode(pixels);
        return new DecoderImage(key, new ImageFeatures(encoded.VisualTokens, encoded.Pyramid));
    }

    protected int[] Expected(DecodeRequest request)
    {
        var batch = Model.Batch(tensor(request.TokenIds.ToArray(), [1, request.TokenIds.Count]));
        var levels = Enumerable.Range(0, request.Images[0].Features.Pyramid.Levels.Count)
            .Select(l => cat(request.Images.Select(image => image.Features.Pyramid.Levels[l]).ToArray(), 0));
        var visual = cat(request.Images.Select(image => image.Features.VisualTokens).ToArray(), 0);
        var ids = new TextGenerator(Model).Generate(batch, new EncodedImages(visual, new FeaturePyramid([.. levels]), visual), request.Options)[0];
        return [.. ids[1..].Select(id => (int)id)];
    }

    protected static int[] Tokens(DecoderEngine engine, DecodeRequest request) => Read(Run(engine, request)).Ids;

    protected static EngineTask<DecodeRequest, DecoderEvent> Run(DecoderEngine engine, DecodeRequest request)
    {
        var span = engine.Submit(request);
        Drain(engine);
        return span;
    }

    protected static void Drain(DecoderEngine engine)
    {
        while (engine.Step())
        {
        }
    }

    protected static (int[] Ids, SpanEnded End) Read(EngineTask<DecodeRequest, DecoderEvent> span)
    {
        var ids = new List<int>();
        while (span.Events.TryRead(out var e))
        {
            if (e is SpanEnded end)
            {
                return ([.. ids], end);
            }

            ids.Add(((TokenDecoded)e).Id);
        }

        throw new InvalidOperationException("The span has not ended.");
    }
}
