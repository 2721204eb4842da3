using MmiGrains.Kernels.Rows;

namespace MmiGrains.Kernels.Tests.Rows;

public class RowMathTests
{
    [Fact]
    public void Norm_divides_by_the_root_of_the_mean_square()
    {
        var output = new float[4];
        RowMath.RmsNorm([3, -3, 3, -3], [1, 2, 0, -1], 0, output);
        Assert.Equal([1, -2, 0, 1], output);
        RowMath.RmsNorm([0, 0, 0, 0], [1, 1, 1, 1], 1e-6, output);
        Assert.Equal([0, 0, 0, 0], output);
    }

    [Fact]
    public void Swiglu_gates_with_the_sigmoid_of_the_gate()
    {
        float[] gate = [0, 1, -2, 40];
        RowMath.SwiGlu(gate, [5f, 2, 3, 1]);
        float[] expected = [0, 2 / (1 + MathF.Exp(-1)), -6 / (1 + MathF.Exp(2)), 40];
        Assert.All(expected.Zip(gate), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Rotation_turns_halves_of_each_head_against_each_other()
    {
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8]; // two heads of four
        RowMath.Rotate(x, [0, 1], [1, 0]);
        Assert.Equal([-3, 2, 1, 4, -7, 6, 5, 8], x);
    }
}
