using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using MmiGrains.Model.LowRank;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// A linear layer that can be prepared for decoding, and adapted. After <see cref="Prepare"/> its products on the CPU go through our own kernels, and its weights
/// may be kept in fewer bits; until then, and while gradients are recorded, it is what torch makes of it.
/// </summary>
public sealed class Projection : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;
    private WeightMatrix? _matrix;

    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    public Projection(long inputs, long outputs, bool hasBias = false) : base(nameof(Projection))
    {
        _weight = Parameter(empty(outputs, inputs));
        _bias = hasBias ? Parameter(empty(outputs)) : null;
        RegisterComponents();

        // As torch starts a linear layer.
        using var quiet = no_grad();
        var bound = 1 / Math.Sqrt(inputs);
        init.uniform_(_weight, -bound, bound);
        if (_bias is not null)
        {
            init.uniform_(_bias, -bound, bound);
        }
    }

    /// <summary>[outputs, inputs].</summary>
    public Parameter Weight => _weight;

    /// <summary>[outputs]; null without.</summary>
    public Parameter? Bias => _bias;

    /// <summary>What is learned beside the weights; null for nothing. A layer that has one cannot be prepared.</summary>
    public LowRankAdapter? Adapter { get; set; }

    /// <summary>The weights as kernels read them; null until <see cref="Prepare"/>.</summary>
    public WeightMatrix? Matrix => _matrix;

    /// <summary>
    /// Makes the weights ready for kernels on the CPU, for good. In float32 they go on sharing the parameter's memory; in a narrower format
    /// the parameter is emptied.
    /// </summary>
    public WeightMatrix Prepare(WeightFormat format)
    {
        if (Adapter is not null)
        {
            throw new InvalidOperationException("A layer with an adapter cannot be prepared for decoding; its weights can be merged first.");
        }

        if (_matrix is not null)
        {
            return _matrix.Format == format ? _matrix
                : throw new InvalidOperationException($"The weights are {_matrix.Format} already and cannot become {format}.");
        }

        _matrix = WeightMatrix.From(_weight, format);
        if (format != WeightFormat.Float32)
        {
            using var quiet = no_grad();
            using var nothing = empty(0, _weight.shape[1]);
            _weight.set_(nothing);
        }

        return _matrix;
    }

    // [..., inputs] -> [..., outputs]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        if (_matrix is not null && _matrix.Format != WeightFormat.Float32 && is_grad_enabled() && x.requires_grad)
        {
            throw new InvalidOperationException($"Weights that are kept in {_matrix.Format} can not be trained, nor what comes before them.");
        }

        if (_matrix is null || x.dtype != ScalarType.Float32 || (is_grad_enabled() && _matrix.Format == WeightFormat.Float32))
        {
            var result = functional.linear(x, _weight, _bias!);
            return Adapter is null ? result : result + Adapter.Apply(x);
        }

        using var scope = NewDisposeScope();
        var rows = x.detach().reshape(-1, _matrix.Inputs).contiguous();
        var output = empty([rows.shape[0], _matrix.Outputs]);
        LinearLayers.Multiply(
            ComputePool.Shared, TensorPointer.Of<float>(rows), _matrix.Inputs, (int)rows.shape[0],
            new LinearProduct(_matrix, TensorPointer.Of<float>(output), _matrix.Outputs));
        if (_bias is not null)
        {
            output.add_(_bias.detach());
        }

        return output.view([.. x.shape[..^1], _matrix.Outputs]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _matrix?.Dispose();
        }

        base.Dispose(disposing);
    }
}
