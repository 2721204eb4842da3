using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>How much the pixels of pictures count where details are to count more.</summary>
public static class DetailWeights
{
    private const int Near = 5;

    /// <summary>1 + strength times the pixel's distance from the mean of the 5 x 5 around it, divided by the mean of all.</summary>
    /// <param name="pixels">[images, channels, height, width].</param>
    /// <param name="strength">0 weighs all pixels alike.</param>
    /// <returns>[images, 1, height, width], of mean 1.</returns>
    public static Tensor Of(Tensor pixels, double strength)
    {
        var around = nn.functional.avg_pool2d(pixels, Near, stride: 1, padding: Near / 2, count_include_pad: false);
        var weights = 1 + (strength * (pixels - around).abs().mean([1], keepdim: true));
        return weights / weights.mean();
    }
}
