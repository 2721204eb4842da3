using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Weights;

/// <summary>What a model is filled from, and what it is not.</summary>
public sealed class CheckpointLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_entry_fills_a_tensor()
    {
        using var model = nn.Linear(2, 3);
        Load(model, ("weight", ones(3, 2)), ("module.bias", arange(3).to(float16)));
        Assert.Equal([0f, 1, 2], model.bias!.data<float>().ToArray());
    }

    [Theory]
    [InlineData("weight", 3, 3, "tensor 'weight': shape [3, 3] does not fit the model's [3, 2].")]
    [InlineData("wait", 3, 2, "does not fit the model: 1 missing (weight), 1 left over (wait).")]
    public void What_does_not_fit_is_named(string name, int rows, int columns, string sentence)
    {
        using var model = nn.Linear(2, 3);
        Assert.Contains(sentence, Assert.Throws<CheckpointMismatchException>(() => Load(model, (name, ones(rows, columns)), ("bias", ones(3)))).Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused(float number)
    {
        using var model = nn.Linear(2, 3);
        var bias = ones(3, dtype: float16);
        bias[1] = number;
        var refused = Assert.Throws<CheckpointMismatchException>(() => Load(model, ("weight", ones(3, 2)), ("bias", bias)));
        Assert.EndsWith("tensor 'bias': 1 of its 3 numbers are not finite.", refused.Message);
    }

    public void Dispose() => _folder.Dispose();

    private void Load(nn.Module model, params (string Name, Tensor Value)[] tensors)
    {
        SafetensorsFile.Write(_folder.File("model.safetensors"), tensors);
        using var source = TensorSource.Open(_folder.File("model.safetensors"));
        CheckpointLoader.Load(model, source);
    }
}
