using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines;

/// <summary>What the encoder makes of one image. Owns its tensors.</summary>
/// <param name="VisualTokens">[1, visual tokens, hidden of the language model].</param>
/// <param name="Pyramid">[1, channels, height, width] per level.</param>
public sealed record ImageFeatures(Tensor VisualTokens, FeaturePyramid Pyramid) : IDisposable
{
    /// <summary>Bytes of what a model's encoder makes of an image, in float32.</summary>
    public static long BytesOf(MmInterleavedConfig config) => sizeof(float) *
        (((long)config.Sequence.NumImgToken * config.Llm.HiddenSize) + ((long)config.VisionEncoder.HiddenSize * config.PyramidSides.Sum(side => side * side)));

    /// <summary>Bytes of its tensors.</summary>
    public long ByteCount => Pyramid.Levels.Append(VisualTokens).Sum(tensor => tensor.numel() * tensor.element_size());

    /// <inheritdoc/>
    public void Dispose()
    {
        VisualTokens.Dispose();
        foreach (var level in Pyramid.Levels)
        {
            level.Dispose();
        }
    }
}
