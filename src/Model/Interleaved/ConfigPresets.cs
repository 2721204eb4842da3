using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Llama;

namespace MmiGrains.Model.Interleaved;

/// <summary>The configurations that go by a name.</summary>
public static class ConfigPresets
{
    /// <summary>Names, in the order that help shows them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mini", "small", "golden", "release-7b", "release"];

    /// <summary>The configuration of a name.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static MmInterleavedConfig Get(string name) => name switch
    {
        "release" => new MmInterleavedConfig(),
        "release-7b" => Release7B(),
        "golden" => Golden(),
        "mini" => Mini(),
        "small" => Small(),
        _ => throw new ConfigException($"There is no configuration '{name}'; there are {string.Join(", ", Names)}."),
    };

    // Vicuna-7B in the place of the 13B model.
    private static MmInterleavedConfig Release7B()
    {
        var release = new MmInterleavedConfig();
        return release with
        {
            Llm = release.Llm with { HiddenSize = 4096, IntermediateSize = 11008, NumHiddenLayers = 32, NumAttentionHeads = 32 },
            ImageResampler = release.ImageResampler with { EncoderHiddenSize = 4096 },
        };
    }

    // The tiny random-weight model that the reference's numbers were recorded with.
    private static MmInterleavedConfig Golden()
    {
        var release = new MmInterleavedConfig();
        return release with
        {
            ImageResolutionDecoder = 128,
            SpecialTokens = new() { Pad = 319, Soi = 320, Image = 321 },
            Sequence = new() { MaxLength = 256, NumImgToken = 8, VocabSizeBase = 320, VocabSizeTotal = 322 },
            Llm = new()
            {
                HiddenSize = 96,
                IntermediateSize = 160,
                NumHiddenLayers = 8,
                NumAttentionHeads = 4,
                MaxPositionEmbeddings = 256,
                Mmfs = new() { ValueInputDim = 64, ValueInnerDim = 64 },
            },
            VisionEncoder = new() { HiddenSize = 64, IntermediateSize = 128, NumAttentionHeads = 4 },
            VisualResampler = new()
            {
                NumQueries = 8,
                HiddenSize = 48,
                EncoderHiddenSize = 64,
                NumHiddenLayers = 4,
                NumAttentionHeads = 4,
                IntermediateSize = 96,
                DropoutInTraining = 0.1,
            },
            ImageResampler = release.ImageResampler with
            {
                NumQueries = 12,
                HiddenSize = 64,
                EncoderHiddenSize = 96,
                NumAttentionHeads = 4,
                IntermediateSize = 96,
            },
            ImageDecoder = new()
            {
                Mmfs = new() { PosGrid = 16, BaseLevels = [16, 8, 4, 2] },
                Unet = new() { SampleSize = 16, BlockOutChannels = [32, 32, 64, 64], CrossAttentionDim = 64, AttentionHeadDim = [1, 2, 4, 4] },
                Vae = new() { BlockOutChannels = [32, 32, 64, 64] },
            },
        };
    }

    // The whole model for 64-pixel scenes, about 11 million parameters.
    private static MmInterleavedConfig Mini() => new()
    {
        ImageResolutionEncoder = 64,
        ImageResolutionDecoder = 64,
        Loss = new()
        {
            MeanOverTrainedImages = true,
            NoisesPerImage = 6,
            ImageWeight = 4,
            // How many objects there are is decided between timesteps 650 and 500, fill and mark below 350 (eval --truth-at), and objects take a tenth of a picture.
            Timesteps = new() { LogitMean = -0.3, LogitStd = 0.8, UniformShare = 0.2 },
            DetailWeight = 40,
        },
        SpecialTokens = new() { Pad = 511, Soi = 512, Image = 513 },
        Sequence = new() { MaxLength = 512, NumImgToken = 9, VocabSizeBase = 512, VocabSizeTotal = 520 },
        Llm = new()
        {
            HiddenSize = 192,
            IntermediateSize = 512,
            NumHiddenLayers = 6,
            NumAttentionHeads = 6,
            MaxPositionEmbeddings = 512,
            Mmfs = new()
            {
                EveryNLayers = 2,
                Levels = [16, 8, 4],
                BaseLevel = 8,
                Heads = 4,
                Points = 4,
                MaxImages = 16,
                ValueInputDim = 128,
                ValueInnerDim = 64,
            },
        },
        VisionEncoder = new()
        {
            HiddenSize = 128,
            IntermediateSize = 256,
            NumHiddenLayers = 4,
            NumAttentionHeads = 4,
            PatchSize = 8,
            ImageSize = 64,
            Adapter = new() { SpatialPriorChannels = 16, InteractionBlocks = [[0, 1], [2, 3]], ExtraExtractorsOnLast = 0, SpatialPriorInput = 128 },
        },
        VisualResampler = new()
        {
            NumQueries = 9, // one for each place of a scene
            HiddenSize = 128,
            EncoderHiddenSize = 128,
            NumHiddenLayers = 2,
            NumAttentionHeads = 4,
            IntermediateSize = 256,
        },
        VisualTokenizer = new() { PosGrid = 8, PosBase = 30 },
        ImageResampler = new()
        {
            NumQueries = 16,
            HiddenSize = 128,
            EncoderHiddenSize = 192,
            CrossAttentionFrequency = 1,
            NumHiddenLayers = 1,
            NumAttentionHeads = 4,
            IntermediateSize = 256,
            QkNormalization = false,
        },
        ImageDecoder = new()
        {
            Mmfs = new()
            {
                Levels = [16, 8, 4], // the largest level is three quarters of the positions; marks and stripes show in this one too
                AttnDim = 64,
                Heads = 4,
                Points = 4,
                PosGrid = 8,
                BaseLevels = [8, 4],
            },
            // Latents of 8 x 8 positions and 16 channels hold as many numbers as 16 x 16 and 4, and a UNet of twice the width costs the same there.
            Unet = new()
            {
                SampleSize = 8,
                InChannels = 16,
                OutChannels = 16,
                BlockOutChannels = [96, 144],
                LayersPerBlock = 1,
                DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
                UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
                CrossAttentionDim = 128,
                AttentionHeadDim = [4, 6],
                NormNumGroups = 4, // few: a group of one or two channels would take the colour of a plain background away
            },
            // Stable Diffusion's last timestep, with 7 % of the picture left, still shows what is on it: a thousand numbers that depend on each other need
            // more noise (arXiv 2301.11093, 2305.08891), or the noise that painting begins with decides, and not the text. Here 0.2 % are left.
            Scheduler = new() { PredictionType = "v_prediction", BetaEnd = 0.03 },
            Vae = new() { BlockOutChannels = [16, 32, 64, 64], LatentChannels = 16, LayersPerBlock = 1, NormNumGroups = 4 },
        },
    };

    // The whole model for 64-pixel scenes once more, small enough to train in minutes: two and a half million parameters.
    private static MmInterleavedConfig Small()
    {
        var mini = Mini();
        return mini with
        {
            Loss = mini.Loss with { NoisesPerImage = 4, Timesteps = null, DetailWeight = 0 },
            Sequence = mini.Sequence with { MaxLength = 256 },
            Llm = mini.Llm with
            {
                HiddenSize = 96,
                IntermediateSize = 256,
                NumHiddenLayers = 3,
                NumAttentionHeads = 4,
                MaxPositionEmbeddings = 256,
                Mmfs = mini.Llm.Mmfs with { ValueInputDim = 64, ValueInnerDim = 32 },
            },
            VisionEncoder = mini.VisionEncoder with
            {
                HiddenSize = 64,
                IntermediateSize = 128,
                NumHiddenLayers = 2,
                Adapter = new() { SpatialPriorChannels = 16, InteractionBlocks = [[0, 0], [1, 1]], ExtraExtractorsOnLast = 0, SpatialPriorInput = 128 },
            },
            VisualResampler = mini.VisualResampler with { HiddenSize = 64, EncoderHiddenSize = 64, NumHiddenLayers = 1, IntermediateSize = 128 },
            ImageResampler = mini.ImageResampler with { NumQueries = 8, HiddenSize = 64, EncoderHiddenSize = 96, IntermediateSize = 128 },
            ImageDecoder = mini.ImageDecoder with
            {
                Mmfs = mini.ImageDecoder.Mmfs with { AttnDim = 32 },
                Unet = mini.ImageDecoder.Unet with { InChannels = 8, OutChannels = 8, BlockOutChannels = [48, 64], CrossAttentionDim = 64, AttentionHeadDim = [2, 2] },
                Vae = mini.ImageDecoder.Vae with { BlockOutChannels = [16, 32, 48, 48], LatentChannels = 8 },
            },
        };
    }
}
