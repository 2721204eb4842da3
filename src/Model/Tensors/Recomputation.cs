using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// Activation checkpointing (arXiv 1604.06174): a layer that runs under it forgets what it computed on the way and computes it again when
/// gradients come back. Less memory, one more forward pass. It is switched on for a thread, and layers' loops ask for it; a layer must
/// compute the same both times, so what draws random numbers (the resamplers, which drop out) never runs under it.
/// </summary>
public sealed class Recomputation : IDisposable
{
    [ThreadStatic]
    private static bool _isOn;

    private readonly bool _before = _isOn;

    private Recomputation() => _isOn = true;

    /// <summary>Switches it on for this thread until the result is disposed; the backward pass may come later.</summary>
    public static Recomputation Begin() => new();

    /// <summary>Runs a layer of one input.</summary>
    public static Tensor Run(Tensor x, Func<Tensor, Tensor> layer) => Run([x], inputs => layer(inputs[0]));

    /// <summary>Runs a layer of two inputs.</summary>
    public static Tensor Run(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> layer) => Run([x, y], inputs => layer(inputs[0], inputs[1]));

    /// <inheritdoc/>
    public void Dispose() => _isOn = _before;

    // Inputs are all tensors that gradients go back through; parameters get theirs on their own.
    private static Tensor Run(Tensor[] inputs, Func<Tensor[], Tensor> layer)
    {
        if (!_isOn || !is_grad_enabled())
        {
            return layer(inputs);
        }

        // With gradients on, so that the same kernels run as on the way back; the graph goes with the scope.
        using var scope = NewDisposeScope();
        var result = layer(RecomputedLayer.Leaves(inputs, [.. inputs.Select(input => input.requires_grad)]));
        if (!result.requires_grad)
        {
            return result.MoveToOuterDisposeScope();
        }

        // Where only parameters want gradients, one input must want one all the same, or nothing would come back to them.
        var anchor = zeros(1).requires_grad_();
        return RecomputedLayer.apply([anchor, result.detach(), layer, .. inputs]).MoveToOuterDisposeScope();
    }
}
