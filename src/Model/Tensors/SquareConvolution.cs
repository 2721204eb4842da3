using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Tensors;

/// <summary>
/// A square convolution. libtorch 2.10's own (oneDNN) goes wrong on some processors with AVX-512, such as AMD's Zen 5: where channels leave
/// the last block of 16 unfilled it multiplies with whatever the memory held, and so does the gradient of a strided one where an odd number
/// of blocks comes in. So channels are filled up with zeros first.
/// </summary>
public sealed class SquareConvolution : Module<Tensor, Tensor>
{
    private const long Block = 16;

    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;
    private readonly long _stride;
    private readonly long _padding;

    /// <param name="from">Channels in.</param>
    /// <param name="to">Channels out.</param>
    /// <param name="side">Side of the kernel.</param>
    /// <param name="stride">Positions from one output to the next.</param>
    /// <param name="padding">Zeros around the map.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    public SquareConvolution(long from, long to, long side, long stride = 1, long padding = 0, bool hasBias = true) : base(nameof(SquareConvolution))
    {
        (_stride, _padding) = (stride, padding);
        _weight = Parameter(empty(to, from, side, side));
        _bias = hasBias ? Parameter(empty(to)) : null;
        RegisterComponents();

        // As torch starts a convolution.
        using var quiet = no_grad();
        var bound = 1 / Math.Sqrt(from * side * side);
        init.uniform_(_weight, -bound, bound);
        if (_bias is not null)
        {
            init.uniform_(_bias, -bound, bound);
        }
    }

    /// <summary>[to, from, side, side].</summary>
    public Parameter Weight => _weight;

    /// <summary>[to]; null without.</summary>
    public Parameter? Bias => _bias;

    // [batch, from, height, width] -> [batch, to, height / stride, width / stride]
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var (to, from) = (_weight.shape[0], _weight.shape[1]);
        var outputs = Missing(to, Block);
        var inputs = from > Block ? Missing(from, _stride > 1 ? 2 * Block : Block) : 0; // a single block of inputs has its own code, which is right
        if (x.device_type != DeviceType.CPU || _weight.shape[2] == 1 || outputs + inputs == 0)
        {
            return Convolve(x, _weight, _bias);
        }

        var weight = FillUp(FillUp(_weight, 0, outputs), 1, inputs);
        var bias = _bias is null ? null : FillUp(_bias, 0, outputs);
        return Convolve(FillUp(x, 1, inputs), weight, bias).narrow(1, 0, to);
    }

    private Tensor Convolve(Tensor x, Tensor weight, Tensor? bias) =>
        functional.conv2d(x, weight, bias!, strides: [_stride, _stride], padding: [_padding, _padding]);

    private static long Missing(long channels, long multiple) => (multiple - (channels % multiple)) % multiple;

    private static Tensor FillUp(Tensor tensor, int dimension, long count)
    {
        if (count == 0)
        {
            return tensor;
        }

        var shape = tensor.shape;
        shape[dimension] = count;
        return cat([tensor, zeros(shape, tensor.dtype)], dimension);
    }
}
