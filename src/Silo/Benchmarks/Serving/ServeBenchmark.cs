using System.Globalization;
using System.Security.Cryptography;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Hosting;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Data;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Text;

namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>
/// What serving costs: sessions beside the same requests to the engine, many beside one, a warm turn beside a cold one, and an image that is known.
/// </summary>
internal static class ServeBenchmark
{
    private const int AnswerTokens = 400;
    private const int Images = 4;
    private const int ShortRounds = 8; // rounds of one session for one of this many or more: a single answer takes a fifth of a second
    private const string Saying = "tell a story about Bo, the big red star.";

    private static readonly int[] Counts = [1, 8, 16];

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(string model, WeightFormat format, int rounds, CancellationToken cancellation)
    {
        await using var silo = await BenchmarkSilo.StartAsync(model, format, cancellation);
        var rows = new List<BenchmarkRow>();
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model));
        var shape = $"{name}, {format}, answers of {AnswerTokens} tokens";
        var seeds = await LongAnswersAsync(silo.Device);
        var throughputs = new List<double>();
        foreach (var count in Counts)
        {
            var (sessions, engine, share) = await CompareAsync(silo, seeds[..count], rounds * ShortRounds / Math.Min(count, ShortRounds));
            throughputs.Add(sessions);
            rows.Add(new($"{Sessions(count)}, over the engine called directly", shape, sessions, "tokens/s", engine, share, 0.95));
        }

        rows.Add(new($"  {Sessions(Counts[^1])} over {Sessions(Counts[0])}", shape, throughputs[^1], "tokens/s", throughputs[0], throughputs[^1] / throughputs[0]));
        rows.AddRange(await WarmAsync(silo, name, rounds));
        return rows;
    }

    private static string Sessions(int count) => count == 1 ? "1 session" : $"{count} sessions";

    // Seeds with which the answer is as long as it may be: a short one would measure its own beginning and end.
    private static async Task<long[]> LongAnswersAsync(DeviceHost device)
    {
        var seeds = new List<long>();
        for (var seed = 0L; seeds.Count < Counts[^1]; seed++)
        {
            if ((await EngineLoad.RunAsync(device.Decoder, 1, _ => Request(device, seed))).Tokens >= AnswerTokens)
            {
                seeds.Add(seed);
            }
        }

        return [.. seeds];
    }

    // The same seeds on both sides: the answers are the same. Each round does one after the other, in turn first, and is compared with itself: a shared
    // machine's speed wanders by more than what is looked for.
    private static async Task<(double Sessions, double Engine, double Share)> CompareAsync(BenchmarkSilo silo, long[] seeds, int rounds)
    {
        var pairs = new List<(double Sessions, double Engine)>();
        for (var round = -1; round < rounds; round++)
        {
            var first = round % 2 == 0 ? await SessionsAsync() : await EngineAsync();
            var second = round % 2 == 0 ? await EngineAsync() : await SessionsAsync();
            if (first.Tokens != second.Tokens)
            {
                throw new InvalidOperationException($"The answers of sessions and engine have {first.Tokens} and {second.Tokens} tokens: they are not the same.");
            }

            if (round >= 0)
            {
                pairs.Add(round % 2 == 0 ? (first.TokensPerSecond, second.TokensPerSecond) : (second.TokensPerSecond, first.TokensPerSecond));
            }
        }

        return (
            Stopwatches.Median([.. pairs.Select(pair => pair.Sessions)]), Stopwatches.Median([.. pairs.Select(pair => pair.Engine)]),
            Stopwatches.Median([.. pairs.Select(pair => pair.Sessions / pair.Engine)]));

        Task<Load> SessionsAsync() => SessionLoad.RunAsync(
            silo.Grains, seeds.Length, Saying, stream => new() { MaxTokens = AnswerTokens, Temperature = 10, Seed = seeds[stream], MaxImages = 0 });

        Task<Load> EngineAsync() => EngineLoad.RunAsync(silo.Device.Decoder, seeds.Length, stream => Request(silo.Device, seeds[stream]));
    }

    private static DecodeRequest Request(DeviceHost device, long seed) => new()
    {
        Scope = Guid.NewGuid().ToString("N"),
        TokenIds =
        [
            device.Model.Config.SpecialTokens.Bos,
            .. device.Model.Tokenizer.Encode(Saying, addBos: false, SpecialTokenHandling.Literal).Select(id => (long)id),
        ],
        VocabularySize = device.Model.Tokenizer.VocabularySize,
        Options = EngineLoad.Sampling(AnswerTokens, seed),
    };

    private static async Task<IEnumerable<BenchmarkRow>> WarmAsync(BenchmarkSilo silo, string name, int rounds)
    {
        var (cold, warm, known, encoded) = (new List<double>(), new List<double>(), new List<double>(), 0L);
        var settings = new GenerationSettings { MaxTokens = 8, Temperature = 10, MaxImages = 0, Seed = 7 };
        for (var round = -1; round < rounds; round++)
        {
            Segment[] content = [.. await PutAsync(silo, (round + 2) * 100), new TextSegment("what has changed?")];
            var user = await SessionLoad.CreateAsync(silo.Grains);
            var first = (await SessionLoad.SayAsync(user, content, settings)).First;
            var second = (await SessionLoad.SayAsync(user, [new TextSegment("and what colour is it?")], settings)).First;
            var before = silo.Device.Encoder.EncodedCount;
            var other = (await SessionLoad.SayAsync(await SessionLoad.CreateAsync(silo.Grains), content, settings)).First;
            if (round >= 0)
            {
                cold.Add(first);
                warm.Add(second);
                known.Add(other);
                encoded += silo.Device.Encoder.EncodedCount - before;
            }
        }

        var (once, again, shared) = (Stopwatches.Median(cold), Stopwatches.Median(warm), Stopwatches.Median(known));
        var shape = string.Create(CultureInfo.InvariantCulture, $"{name}, {Images} images in the first turn");
        return
        [
            new("first event of a session's second turn, over its first's", shape, again * 1e3, "ms", once * 1e3, again / once, AtMost: true),
            new("first event of a first turn whose images another session brought", shape, shared * 1e3, "ms", once * 1e3, shared / once, AtMost: true),
            new("  images encoded for it", shape, encoded, "images", Images * rounds, encoded / (double)(Images * rounds), 0, AtMost: true),
        ];
    }

    private static async Task<IEnumerable<Segment>> PutAsync(BenchmarkSilo silo, int seed)
    {
        var segments = new List<Segment>();
        using var stream = new SceneStream(SceneMixture.Only(SceneTask.Picture), SceneSplit.Test, seed);
        while (segments.Count < Images)
        {
            var picture = stream.Next().Pieces.OfType<ImagePiece>().First().Image.Load(64);
            var bytes = ImageProcessor.EncodePng(picture);
            var id = new ImageId("bench", Convert.ToHexStringLower(SHA256.HashData(bytes)));
            await silo.Grains.GetGrain<IImageGrain>(id.ToString()).PutAsync(new(bytes), new ImageInfo(id, "image/png", picture.Width, picture.Height, bytes.Length, DateTimeOffset.UtcNow));
            segments.Add(new ImageSegment(id));
        }

        return segments;
    }
}
