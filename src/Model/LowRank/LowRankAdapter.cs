using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.LowRank;

/// <summary>
/// What a linear layer learns beside its frozen weights W (LoRA, arXiv 2106.09685): W + scale B A, where A is uniform at first, as torch starts
/// a linear layer, and B zero.
/// </summary>
public sealed class LowRankAdapter : IDisposable
{
    /// <param name="weight">W: [outputs, inputs].</param>
    /// <param name="rank">Rank of B A.</param>
    /// <param name="scale">What B A is multiplied by.</param>
    /// <param name="generator">Draws A.</param>
    public LowRankAdapter(Tensor weight, int rank, double scale, Generator generator)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        var bound = 1 / Math.Sqrt(inputs);
        var uniform = (rand([rank, inputs], generator: generator) * (2 * bound)) - bound;
        A = Parameter(uniform.to(weight.device).to_type(weight.dtype).MoveToOuterDisposeScope());
        B = Parameter(zeros(outputs, rank, weight.dtype, weight.device));
        A.DetachFromDisposeScope();
        B.DetachFromDisposeScope();
        Scale = scale;
    }

    /// <summary>[rank, inputs].</summary>
    public Parameter A { get; }

    /// <summary>[outputs, rank].</summary>
    public Parameter B { get; }

    /// <summary>Alpha over the rank.</summary>
    public double Scale { get; }

    /// <summary>What is added to the layer's output: [..., inputs] to [..., outputs].</summary>
    public Tensor Apply(Tensor x) => functional.linear(functional.linear(x, A), B) * Scale;

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
