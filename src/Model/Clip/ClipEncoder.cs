using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Clip;

/// <summary>The transformer layers, run in the spans that the adapter interleaves.</summary>
public sealed class ClipEncoder : Module
{
    [ComponentName(Name = "layers")] private readonly ModuleList<ClipEncoderLayer> _layers;

    /// <param name="config">Sizes.</param>
    public ClipEncoder(ClipVisionConfig config) : base(nameof(ClipEncoder))
    {
        _layers = ModuleList(Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new ClipEncoderLayer(config)).ToArray());
        RegisterComponents();
    }

    /// <summary>Runs layers <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    /// <param name="x">[batch, tokens, hidden]; stays the caller's.</param>
    /// <param name="first">Index of the first layer.</param>
    /// <param name="last">Index of the last layer.</param>
    public Tensor Run(Tensor x, int first, int last)
    {
        // In half precision every sum would be rounded, twice a layer; the sums stay in float32.
        var hidden = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? x.to_type(ScalarType.Float32) : x.alias();
        for (var i = first; i <= last; i++)
        {
            var layer = _layers[i];
            hidden = TensorScopes.Carry(hidden, h => Recomputation.Run(h, layer.forward));
        }

        return hidden.to_type(x.dtype);
    }
}
