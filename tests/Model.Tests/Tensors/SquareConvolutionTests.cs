using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Tensors;

public class SquareConvolutionTests
{
    // Unfilled blocks of 16 channels, and strides: where some processors' own convolutions go wrong.
    [Theory]
    [InlineData(32, 4, 3, 1)]
    [InlineData(20, 36, 3, 1)]
    [InlineData(48, 12, 3, 2)]
    [InlineData(48, 48, 3, 2)]
    [InlineData(80, 32, 3, 2)]
    [InlineData(24, 32, 3, 2)]
    [InlineData(3, 20, 3, 2)]
    [InlineData(16, 16, 3, 1)]
    [InlineData(8, 8, 1, 1)]
    public void It_and_its_gradients_are_those_of_double_precision(int from, int to, int side, int stride)
    {
        for (var round = 0; round < 4; round++)
        {
            using var scope = NewDisposeScope();
            var convolution = new SquareConvolution(from, to, side, stride, side / 2);
            var x = Near.Normal(round, 2, from, 16, 16).requires_grad_();
            var output = convolution.forward(x);
            var direction = Near.Normal(100 + round, output.shape);
            output.backward([direction]);

            Tensor[] wide = [.. new[] { x, convolution.Weight, convolution.Bias! }.Select(t => t.detach().to_type(ScalarType.Float64).requires_grad_())];
            var expected = nn.functional.conv2d(wide[0], wide[1], wide[2], strides: [stride, stride], padding: [side / 2, side / 2]);
            expected.backward([direction.to_type(ScalarType.Float64)]);

            Near.Equal(expected.to_type(ScalarType.Float32), output, 1e-5, "output");
            Near.Equal(wide[0].grad!.to_type(ScalarType.Float32), x.grad!, 1e-5, "gradient of the input");
            Near.Equal(wide[1].grad!.to_type(ScalarType.Float32), convolution.Weight.grad!, 1e-4, "gradient of the weights");
            Near.Equal(wide[2].grad!.to_type(ScalarType.Float32), convolution.Bias!.grad!, 1e-4, "gradient of the bias");
        }
    }
}
