using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>What the visual tokenizer makes of a batch of images.</summary>
/// <param name="VisualTokens">[images, visual tokens, hidden of the language model].</param>
/// <param name="Pyramid">Feature maps with positions added, large to small.</param>
/// <param name="PatchFeatures">[images, patches, channels]: the encoder's patch tokens with positions added.</param>
public sealed record EncodedImages(Tensor VisualTokens, FeaturePyramid Pyramid, Tensor PatchFeatures)
{
    /// <summary>These images among others whose features are zeros.</summary>
    /// <param name="indices">[these images], int64: where each belongs.</param>
    /// <param name="count">Images in all.</param>
    public EncodedImages Spread(Tensor indices, long count)
    {
        Tensor Place(Tensor x) => zeros([count, .. x.shape[1..]], x.dtype, x.device).index_copy(0, indices, x);
        return new EncodedImages(Place(VisualTokens), new FeaturePyramid([.. Pyramid.Levels.Select(Place)]), Place(PatchFeatures));
    }
}
