using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Llama;

/// <summary>Rotary position embedding (RoFormer, arXiv 2104.09864) with half rotation, for one set of positions.</summary>
public sealed class RotaryPositions
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    /// <param name="positions">[rows, tokens], int64.</param>
    /// <param name="headWidth">Channels of a head.</param>
    /// <param name="rotaryBase">Base of the frequencies.</param>
    /// <param name="type">Type of queries and keys.</param>
    public RotaryPositions(Tensor positions, int headWidth, double rotaryBase, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var angles = positions.to_type(ScalarType.Float32).unsqueeze(-1) * Frequencies(headWidth, rotaryBase, positions.device);
        angles = cat([angles, angles], -1).unsqueeze(1); // [rows, 1, tokens, head width]
        _cos = cos(angles).to_type(type).MoveToOuterDisposeScope();
        _sin = sin(angles).to_type(type).MoveToOuterDisposeScope();
    }

    /// <summary>Radians per position: [headWidth / 2], float32.</summary>
    public static Tensor Frequencies(int headWidth, double rotaryBase, Device device)
    {
        var exponents = arange(0, headWidth, 2, ScalarType.Float32, device: device) / (float)headWidth;
        return 1.0 / pow(tensor((float)rotaryBase, device: device), exponents);
    }

    /// <summary>Rotates queries or keys [rows, heads, tokens, head width].</summary>
    public Tensor Rotate(Tensor x)
    {
        var half = x.shape[^1] / 2;
        var turned = cat([-x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1);
        return (x * _cos) + (turned * _sin);
    }
}
