using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>
/// The fused kernel as a differentiable function of (values, locations, weights), after which come visibility, the call and the needed
/// gradients. Everything was checked before: an exception in a backward function ends the process.
/// </summary>
internal sealed class SimdAttentionFunction : SingleTensorFunction<SimdAttentionFunction>
{
    private const string Call = nameof(Call);
    private const string Needed = nameof(Needed);
    private const string Returned = nameof(Returned);

    /// <inheritdoc/>
    public override string Name => "simd deformable attention";

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (values, locations, weights, visible) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3]);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([values, locations, weights, visible!]);
        ctx.save_data(Call, vars[4]);
        ctx.save_data(Needed, vars[5]);
        return ((SimdAttention)vars[4]).Forward(values, locations, weights, visible);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output.IsInvalid)
        {
            return [null!, null!, null!, null!, null!, null!];
        }

        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (values, locations, weights) = ((SimdAttention)ctx.get_data(Call)).Backward(
            grad_output, saved[0], saved[1], saved[2], saved[3], (NeededGradients)ctx.get_data(Needed));
        List<Tensor> gradients = [values!, locations!, weights!, null!, null!, null!];

        // The caller takes their native handles only: the collector must not find them before the engine has read those.
        ctx.save_data(Returned, gradients);
        foreach (var gradient in gradients.Where(gradient => gradient is not null))
        {
            gradient.MoveToOuterDisposeScope();
        }

        return gradients;
    }
}
