using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>What the visual tokenizer makes of a batch of images.</summary>
/// <param name="VisualTokens">[images, visual tokens, hidden of the language model].</param>
/// <param name="Pyramid">Feature maps with positions added, large to small.</param>
/// <param name="PatchFeatures">[images, patches, channels]: the encoder's patch tokens with positions added.</param>
public sealed record EncodedImages(Tensor VisualTokens, FeaturePyramid Pyramid, Tensor PatchFeatures);
