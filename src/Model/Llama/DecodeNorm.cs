using MmiGrains.Kernels.Rows;
using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Llama;

/// <summary>One norm's weights as a decode pass reads them.</summary>
internal sealed record DecodeNorm(float[] Weight, double Epsilon)
{
    public static DecodeNorm Of(RmsNorm norm)
    {
        using var weight = norm.Weight.detach().to_type(ScalarType.Float32);
        return new DecodeNorm(weight.data<float>().ToArray(), norm.Epsilon);
    }

    /// <summary>Norms rows.</summary>
    public void Apply(DecodeRows from, DecodeRows to)
    {
        for (var r = 0; r < from.Count; r++)
        {
            RowMath.RmsNorm(from.Row(r), Weight, Epsilon, to.Row(r));
        }
    }
}
