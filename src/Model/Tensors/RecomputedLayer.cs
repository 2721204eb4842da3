using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// A layer's result as a function of (anchor, result, layer, inputs...), whose backward runs the layer again and goes back through that run.
/// The layer has run before with the same inputs: an exception in a backward function would end the process.
/// </summary>
internal sealed class RecomputedLayer : SingleTensorFunction<RecomputedLayer>
{
    private const string Layer = nameof(Layer), Needed = nameof(Needed), Returned = nameof(Returned);
    private const int Inputs = 3;

    /// <inheritdoc/>
    public override string Name => "recomputed layer";

    /// <summary>The inputs cut off from their graph, wanting gradients where they are needed.</summary>
    public static Tensor[] Leaves(IReadOnlyList<Tensor> inputs, IReadOnlyList<bool> needed) =>
        [.. inputs.Select((input, i) => needed[i] ? input.detach().requires_grad_() : input.detach())];

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        Tensor[] inputs = [.. vars.Skip(Inputs).Cast<Tensor>()];
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([.. inputs]);
        ctx.save_data(Layer, vars[2]);
        ctx.save_data(Needed, inputs.Select(input => input.requires_grad).ToArray());
        return ((Tensor)vars[1]).alias();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var needed = (bool[])ctx.get_data(Needed);
        List<Tensor> gradients = [.. Enumerable.Repeat<Tensor>(null!, Inputs + needed.Length)];
        if (grad_output.IsInvalid)
        {
            return gradients;
        }

        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var leaves = Leaves(ctx.get_saved_variables(), needed);
        var layer = (Func<Tensor[], Tensor>)ctx.get_data(Layer);
        layer(leaves).backward([grad_output]);
        for (var i = 0; i < leaves.Length; i++)
        {
            gradients[Inputs + i] = leaves[i].grad?.MoveToOuterDisposeScope()!;
        }

        // The caller takes their native handles only: the collector must not find them before the engine has read those.
        ctx.save_data(Returned, gradients);
        return gradients;
    }
}
