using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Engines;

/// <summary>What the language model makes of images: how many bytes, how long kept.</summary>
public sealed class ProjectedImagesTests : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly MmInterleaved _model = SeededModel.Create();

    [Fact]
    public void All_together_stay_within_the_bytes_but_for_one_sequences()
    {
        var encoded = _model.VisualTokenizer.Encode(rand(1, 3, 64, 64));
        DecoderImage Image(int i) => new($"{i}", new ImageFeatures(encoded.VisualTokens, encoded.Pyramid));
        using var one = new ProjectedImages(_model, 0);
        var memory = one.Take(Image(0));
        Assert.Equal(one.BytesPerImage, memory.Layers.Sum(layer => layer.Values.numel() * layer.Values.element_size()));
        one.Release("0");
        Assert.Equal((0, (long)_model.Config.Llm.Mmfs.MaxImages), (one.Count, one.MostHeld));

        using var three = new ProjectedImages(_model, (3 * one.BytesPerImage) + 5);
        three.Take(Image(9));
        for (var i = 0; i < 5; i++)
        {
            three.Take(Image(i));
            Assert.InRange(three.Count, 1, 3);
            three.Release($"{i}");
        }

        Assert.Equal(3, three.Count);
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _quiet.Dispose();
    }
}
