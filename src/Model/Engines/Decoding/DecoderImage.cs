using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>An image of a prompt, as the encoder left it.</summary>
/// <param name="Key">What stands for the image and the encoder that read it, and for nothing else.</param>
/// <param name="VisualTokens">[1, visual tokens, hidden].</param>
/// <param name="Pyramid">[1, channels, height, width] per level.</param>
public sealed record DecoderImage(string Key, Tensor VisualTokens, FeaturePyramid Pyramid);
