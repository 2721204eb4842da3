using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Clip;

/// <summary>CLIP's feed-forward, with its quick approximation of GELU: x * sigmoid(1.702 x).</summary>
public sealed class ClipMlp : Module<Tensor, Tensor>
{
    [ComponentName(Name = "fc1")] private readonly Linear _up;
    [ComponentName(Name = "fc2")] private readonly Linear _down;

    /// <param name="config">Sizes.</param>
    public ClipMlp(ClipVisionConfig config) : base(nameof(ClipMlp))
    {
        _up = Linear(config.HiddenSize, config.IntermediateSize);
        _down = Linear(config.IntermediateSize, config.HiddenSize);
        RegisterComponents();
    }

    // [batch, tokens, hidden] -> [batch, tokens, hidden]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var inner = _up.forward(x);
        return _down.forward(inner * sigmoid(1.702 * inner));
    }
}
