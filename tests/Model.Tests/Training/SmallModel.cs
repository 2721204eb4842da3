using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Tests.Training;

/// <summary>The small preset, cut down until a step takes milliseconds.</summary>
internal static class SmallModel
{
    public static MmInterleavedConfig Config { get; } = Cut(ConfigPresets.Get("small"));

    private static MmInterleavedConfig Cut(MmInterleavedConfig small) => small with
    {
        Llm = small.Llm with { HiddenSize = 32, IntermediateSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 2 },
        ImageResampler = small.ImageResampler with { EncoderHiddenSize = 32 },
        ImageDecoder = small.ImageDecoder with { Unet = small.ImageDecoder.Unet with { BlockOutChannels = [16, 32], AttentionHeadDim = [1, 2] } },
    };
}
