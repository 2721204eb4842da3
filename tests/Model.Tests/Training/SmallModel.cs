using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Tests.Training;

/// <summary>The small preset, cut down until a step takes milliseconds.</summary>
internal static class SmallModel
{
    public static MmInterleavedConfig Config { get; } = Cut(ConfigPresets.Get("small"), hidden: 32);

    /// <summary>One whose visual tokens have a channel for each class of a cell.</summary>
    public static MmInterleavedConfig Wide { get; } = Cut(ConfigPresets.Get("small"), hidden: 64);

    private static MmInterleavedConfig Cut(MmInterleavedConfig small, int hidden) => small with
    {
        Llm = small.Llm with { HiddenSize = hidden, IntermediateSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 2 },
        ImageResampler = small.ImageResampler with { EncoderHiddenSize = hidden },
        ImageDecoder = small.ImageDecoder with { Unet = small.ImageDecoder.Unet with { BlockOutChannels = [16, 32], AttentionHeadDim = [1, 2] } },
    };
}
