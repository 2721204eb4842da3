using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Clip;

/// <summary>Pixels to tokens: a class token and one token per patch, with learned positions.</summary>
public sealed class ClipVisionEmbeddings : Module<Tensor, Tensor>
{
    [ComponentName(Name = "class_embedding")] private readonly Parameter _classEmbedding;
    [ComponentName(Name = "position_ids")] private readonly Tensor _positionIds;
    [ComponentName(Name = "patch_embedding")] private readonly Conv2d _patchEmbedding;
    [ComponentName(Name = "position_embedding")] private readonly Embedding _positionEmbedding;

    /// <param name="config">Sizes.</param>
    public ClipVisionEmbeddings(ClipVisionConfig config) : base(nameof(ClipVisionEmbeddings))
    {
        var tokens = (config.Grid * config.Grid) + 1;
        _classEmbedding = Parameter(randn(config.HiddenSize));
        _positionIds = arange(tokens, ScalarType.Int64).unsqueeze(0);
        _patchEmbedding = Conv2d(3, config.HiddenSize, config.PatchSize, stride: config.PatchSize, bias: false);
        _positionEmbedding = Embedding(tokens, config.HiddenSize);
        RegisterComponents();
    }

    // [batch, 3, side, side] -> [batch, 1 + patches, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor pixels)
    {
        var patches = _patchEmbedding.forward(pixels).flatten(2).transpose(1, 2);
        var classToken = _classEmbedding.expand(pixels.shape[0], 1, -1);
        return cat([classToken, patches], 1) + _positionEmbedding.forward(_positionIds);
    }
}
