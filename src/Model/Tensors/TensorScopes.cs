using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>How loops carry tensors: whoever loops opens the scope (docs/STYLE.md, section 5).</summary>
public static class TensorScopes
{
    /// <summary>
    /// One turn of a loop: runs <paramref name="step"/> on <paramref name="current"/>, frees everything else that the step
    /// made and the current tensor too, and returns the result.
    /// </summary>
    public static Tensor Carry(Tensor current, Func<Tensor, Tensor> step)
    {
        using var scope = NewDisposeScope();
        var next = step(current);
        if (ReferenceEquals(next, current))
        {
            return current;
        }

        next.MoveToOuterDisposeScope();
        current.Dispose();
        return next;
    }

    /// <summary>Runs straight-line tensor code, frees its temporaries, and returns the result to the caller's scope.</summary>
    public static Tensor Keep(Func<Tensor> compute)
    {
        using var scope = NewDisposeScope();
        return compute().MoveToOuterDisposeScope();
    }
}
