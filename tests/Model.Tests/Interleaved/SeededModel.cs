using MmiGrains.Kernels;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Tensors;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>The smallest preset with the same random weights every time, none of them zero at the start: everything it does shows.</summary>
internal static class SeededModel
{
    public static MmInterleaved Create(int contextImages = 1, bool overTrained = false, double detailWeight = 0)
    {
        manual_seed(7); // what a constructor draws stays where it is added to
        var mini = ConfigPresets.Get("mini");
        var loss = new LossConfig { MeanOverTrainedImages = overTrained, DetailWeight = detailWeight };
        var model = new MmInterleaved(mini with { Loss = loss, ImageDecoder = mini.ImageDecoder with { ContextImages = contextImages } }, KernelSet.Composed);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, i) in model.parameters().Select((parameter, i) => (parameter, i)))
        {
            if (parameter.dim() > 1)
            {
                parameter.copy_(Near.Normal(i, parameter.shape) / Math.Sqrt((double)parameter.numel() / parameter.shape[0]));
            }
            else
            {
                parameter.add_(Near.Normal(i, parameter.shape) * 0.05);
            }
        }

        model.eval();
        return model;
    }
}
