using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Tests.Tensors;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Llama;

/// <summary>Single tokens through plain memory against the same through tensors.</summary>
[Collection(SharedModelCollection.Name)]
public sealed class DecodePassTests(SharedModel golden)
{
    private static readonly long[][] Next = [[20, 30, 40], [50, 3, 7], [299, 11, 12], [9, 8, 200]];

    [Fact]
    public void A_step_equals_tensors_with_padding_images_and_neither()
    {
        using var prepared = Load();
        using var scope = NewDisposeScope();
        using var expected = Prefill(golden.Model);
        using var found = Prefill(prepared);
        Near.Equal(expected.NextLogits, found.NextLogits, 2e-5, "after the prompts");
        foreach (var ids in Next)
        {
            expected.Step(ids);
            found.Step(ids);
            Near.Equal(expected.NextLogits, found.NextLogits, 2e-5, $"after {ids[0]}");
        }

        Near.Equal(expected.HiddenStates(), found.HiddenStates(), 2e-5, "hidden states");
    }

    [Fact]
    public void A_row_steps_in_company_as_it_steps_alone()
    {
        using var prepared = Load();
        using var scope = NewDisposeScope();
        using var together = Prefill(prepared);
        using var alone = together.Fork([1]);
        foreach (var ids in Next)
        {
            together.Step(ids);
            alone.Step([ids[1]]);
            Assert.True(together.NextLogits[1].equal(alone.NextLogits[0]).all().item<bool>(), $"the second row after {ids[1]} depends on its company");
        }
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16, 0.03)]
    [InlineData(WeightFormat.Q8, 0.05)]
    [InlineData(WeightFormat.Q4, 0.6)]
    public void Fewer_bits_err_as_little_as_they_should(WeightFormat format, double tolerance)
    {
        using var prepared = Load(format);
        using var scope = NewDisposeScope();
        using var expected = Prefill(golden.Model);
        using var found = Prefill(prepared);
        foreach (var ids in Next)
        {
            expected.Step(ids);
            found.Step(ids);
        }

        // The prompt went through the same weights, row by row.
        var deviation = (expected.NextLogits - found.NextLogits).std().item<float>() / expected.NextLogits.std().item<float>();
        Assert.InRange(deviation, 1e-5, tolerance);
    }

    [Fact]
    public void A_session_on_a_prepared_model_says_and_sees_what_it_did_before_with_and_without_images()
    {
        using var prepared = Load();
        var options = new TextOptions { Sample = false, MaxNewTokens = 6, MinLength = 3 };
        var pixels = rand([1, 3, 224, 224], generator: new Generator(9, CPU));
        var said = new[] { golden.Model, prepared }.Select(model =>
        {
            using var session = new InterleavedSession(model);
            session.Append([1, 20, 21]);
            var first = session.GenerateText(options);
            session.Append([golden.Special.Soi, .. Enumerable.Repeat((long)golden.Special.Image, model.Config.Sequence.NumImgToken), 40], pixels);
            return (long[])[.. first, -1, .. session.GenerateText(options with { Beams = 2 }), -1, .. session.GenerateText(options)];
        }).ToList();
        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public void A_prepared_model_can_not_be_prepared_in_another_way()
    {
        using var prepared = Load(WeightFormat.Q8);
        prepared.PrepareForInference(WeightFormat.Q8);
        Assert.Equal(
            "The model's weights are Q8 already and cannot become Q4.",
            Assert.Throws<InvalidOperationException>(() => prepared.PrepareForInference(WeightFormat.Q4)).Message);
    }

    private static MmInterleaved Load(WeightFormat format = WeightFormat.Float32)
    {
        var model = ModelFolder.Load(Golden.Path());
        model.PrepareForInference(format);
        return model;
    }

    // Three rows: one image, two images, none; padded on the left to one length.
    private DecodingRows Prefill(MmInterleaved model)
    {
        long[][] rows = [golden.Document(1, 4, 1), golden.Document(2, 3, 2), golden.Document(0, 6, 3)];
        var longest = rows.Max(row => row.Length);
        var ids = rows.SelectMany(row => Enumerable.Repeat(golden.Special.Pad, longest - row.Length).Select(pad => (long)pad).Concat(row)).ToArray();
        var mask = rows.SelectMany(row => Enumerable.Repeat(0L, longest - row.Length).Concat(Enumerable.Repeat(1L, row.Length))).ToArray();
        var prompt = model.Batch(tensor(ids, [3, longest]), tensor(mask, [3, longest]));
        using var quiet = no_grad();
        return new TextGenerator(model).Prefill(prompt, golden.Pictures(3));
    }
}
