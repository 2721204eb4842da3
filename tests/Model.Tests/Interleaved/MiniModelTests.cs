using MmiGrains.Kernels;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

/// <summary>The smallest preset, built for real: it trains and paints.</summary>
public sealed class MiniModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = new(ConfigPresets.Get("mini"), KernelSet.Composed);

    [Fact]
    public void It_has_ten_to_fifteen_million_parameters()
    {
        var count = _model.parameters().Sum(parameter => parameter.numel());
        Assert.InRange(count, 10_000_000, 15_000_000);
    }

    [Fact]
    public void It_trains()
    {
        OptimizerRecipe.Freeze(_model);
        using var generator = new Generator(1);
        var (config, images) = (_model.Config, 2);
        long[] image = [config.SpecialTokens.Soi, .. Enumerable.Repeat((long)config.SpecialTokens.Image, config.Sequence.NumImgToken)];
        long[] row = [1, 5, 6, 7, .. image, 8, 9, .. image, 10, 2];
        var losses = _model.Loss(new TrainingExample(
            _model.Batch(tensor(row, [1, row.Length])),
            rand([images, 3, 64, 64], generator: generator),
            rand([images, 3, 64, 64], generator: generator),
            DiffusionDraws.Sample(images, config.ImageDecoder, config.LatentSide, generator, CPU)));
        Assert.True(double.IsFinite(losses.Total.item<float>()));
        losses.Total.backward();

        foreach (var (name, parameter) in _model.named_parameters())
        {
            Assert.True(parameter.grad is null || !Freezing.IsFrozen(name), $"{name} is frozen and has a gradient");
            Assert.True(parameter.grad is null || parameter.grad.isfinite().all().item<bool>(), $"{name} has a gradient that is not finite");
        }

        Assert.True(_model.named_parameters().Count(member => member.parameter.grad is not null) > 500);
    }

    [Fact]
    public void It_paints_64_pixels_in_three_steps()
    {
        using var quiet = no_grad();
        using var generator = new Generator(1);
        var resampler = _model.Config.ImageResampler;
        var prompt = _model.ImageDecoder.Resampler.Resample(randn([1, 9, resampler.EncoderHiddenSize], generator: generator));
        using var painting = _model.ImageDecoder.Begin(
            prompt, null, new DenoisingOptions(3, 7.5), shape => randn(shape, generator: generator)).Finish();
        var pixels = _model.ImageDecoder.Decode(painting.Latents);
        Assert.Equal([1, 3, 64, 64], pixels.shape);
        Assert.True(pixels.isfinite().all().item<bool>());
        Assert.InRange(pixels.std().item<float>(), 1e-4, 1);
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }
}
