using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using TorchSharp;

namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>Streams of a language model of hidden 1024 and 12 layers with random weights: prompts and answers of 64 tokens, through the decoder engine.</summary>
internal static class StreamBenchmark
{
    private const int Hidden = 1024, Layers = 12, Intermediate = 2816, Vocabulary = 32000, Tokens = 64;

    // Aggregate tokens/s of llama.cpp's server on two cores, same model, prompts and answers.
    private static readonly (WeightFormat Format, (int Streams, double TokensPerSecond)[] LlamaCpp)[] Others =
    [
        (WeightFormat.Float32, [(1, 25), (8, 52), (16, 50)]),
        (WeightFormat.Q8, [(1, 41), (8, 62), (16, 60)]),
    ];

    /// <summary>Measures every format at 1, 8 and 16 streams.</summary>
    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(int rounds)
    {
        var rows = new List<BenchmarkRow>();
        foreach (var (format, others) in Others)
        {
            torch.manual_seed(3);
            using var model = ModelFolder.Create(Config());
            var engine = new DecoderEngine(model, new DecoderOptions(), format);
            using var thread = new DeviceThread("bench", engine);
            foreach (var (streams, other) in others)
            {
                var measured = new List<double>();
                for (var round = -1; round < rounds; round++)
                {
                    var load = await EngineLoad.RunAsync(engine, streams, stream => Request(round, stream));
                    measured.AddRange(round < 0 ? [] : [load.TokensPerSecond]);
                }

                var rate = Stopwatches.Median(measured);
                var name = $"{streams} stream{(streams == 1 ? "" : "s")}, {format}, over llama.cpp's server";
                rows.Add(new(name, $"{Hidden} x {Layers}, {Tokens} + {Tokens} tokens", rate, "tokens/s", other, rate / other, streams == 1 ? 1 : 2));
            }
        }

        return rows;
    }

    private static MmInterleavedConfig Config()
    {
        var mini = ConfigPresets.Get("mini");
        return mini with
        {
            SpecialTokens = new() { Pad = Vocabulary - 1, Soi = Vocabulary, Image = Vocabulary + 1 },
            Sequence = mini.Sequence with { VocabSizeBase = Vocabulary, VocabSizeTotal = Vocabulary + 2 },
            Llm = mini.Llm with
            {
                HiddenSize = Hidden,
                IntermediateSize = Intermediate,
                NumHiddenLayers = Layers,
                NumAttentionHeads = Hidden / 64,
                Mmfs = mini.Llm.Mmfs with { EveryNLayers = 4 },
            },
            ImageResampler = mini.ImageResampler with { EncoderHiddenSize = Hidden },
        };
    }

    // No two prompts begin alike.
    private static DecodeRequest Request(int round, int stream)
    {
        var random = new Random((1000 * (round + 1)) + stream);
        return new DecodeRequest
        {
            Scope = "bench",
            TokenIds = [1, .. Enumerable.Range(0, Tokens - 1).Select(_ => (long)random.Next(3, Vocabulary - 1))],
            Options = new TextOptions { MaxNewTokens = Tokens, MinLength = Tokens + 1, Sample = false, RepetitionPenalty = 1 },
        };
    }
}
