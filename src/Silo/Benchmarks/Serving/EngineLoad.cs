using System.Diagnostics;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;

namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>Streams that ask a decoder engine directly.</summary>
internal static class EngineLoad
{
    /// <summary>Asks for all answers at once and reads them to their ends.</summary>
    /// <param name="engine">The engine; a thread drives it.</param>
    /// <param name="streams">How many.</param>
    /// <param name="request">A stream's request.</param>
    public static async Task<Load> RunAsync(DecoderEngine engine, int streams, Func<int, DecodeRequest> request)
    {
        var start = Stopwatch.GetTimestamp();
        var tokens = await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => Task.Run(() => ReadAsync(engine, request(stream)))));
        return new Load(tokens.Sum(), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Sampling that answers on and on, whatever the weights: temperature 10 makes all tokens about as likely.</summary>
    public static TextOptions Sampling(int tokens, long seed) =>
        new() { MaxNewTokens = tokens, MinLength = 0, RepetitionPenalty = 1, Sample = true, Temperature = 10, TopP = 1, Seed = seed };

    // Nobody wakes for each token: the engine is as fast as it can be.
    private static async Task<int> ReadAsync(DecoderEngine engine, DecodeRequest request)
    {
        var span = engine.Submit(request);
        await span.Finished;
        var tokens = 0;
        await foreach (var e in span.Events.ReadAllAsync())
        {
            tokens += e is TokenDecoded ? 1 : 0;
        }

        return tokens;
    }
}
