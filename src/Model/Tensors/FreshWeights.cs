using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// How attention starts that nothing has trained yet. Torch's own start (a third of this variance) leaves a context's content a hundredth
/// part of what post-norm attention puts out, and learning to look at it takes thousands of steps.
/// </summary>
internal static class FreshWeights
{
    /// <summary>Entries of variance gain^2 / inputs: numbers of unit size become numbers of the gain's size.</summary>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="gain">Size of what comes out.</param>
    public static void Fill(Tensor weight, double gain = 1)
    {
        using var quiet = no_grad();
        init.normal_(weight, 0, gain / Math.Sqrt(weight.shape[1]));
    }

    /// <summary>Zeros.</summary>
    public static void Clear(Tensor bias)
    {
        using var quiet = no_grad();
        init.zeros_(bias);
    }
}
