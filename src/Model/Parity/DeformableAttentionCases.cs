using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>Multi-scale deformable attention alone, forward and backward.</summary>
internal static class DeformableAttentionCases
{
    public static void RunCore(ParityCase c)
    {
        var kernel = KernelSet.For(DeviceType.CPU, ScalarType.Float32).DeformableAttention;
        foreach (var run in c.Runs(_ => true))
        {
            var values = c.Read($"{run}.value").requires_grad_();
            var locations = c.Read($"{run}.locations").requires_grad_();
            var weights = c.Read($"{run}.weights").requires_grad_();

            var result = kernel.Attend(values, Levels(c.Read($"{run}.spatial_shapes")), locations, weights);
            c.Expect($"{run}.out", result, Tolerances.Module);

            result.backward([c.Read($"{run}.grad_out")]);
            c.Expect($"{run}.grad_value", values.grad!, Tolerances.ModuleGradient);
            c.Expect($"{run}.grad_locations", locations.grad!, Tolerances.ModuleGradient);
            c.Expect($"{run}.grad_weights", weights.grad!, Tolerances.ModuleGradient);
        }
    }

    /// <summary>[levels, 2] of height and width.</summary>
    public static LevelShape[] Levels(Tensor shapes)
    {
        var flat = shapes.data<long>().ToArray();
        return [.. flat.Chunk(2).Select(pair => new LevelShape((int)pair[0], (int)pair[1]))];
    }
}
