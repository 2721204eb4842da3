using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Interleaved;

[Collection(SharedModelCollection.Name)]
public sealed class LossTests(SharedModel golden) : IDisposable
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Rows_without_images_train_on_their_text_alone()
    {
        var batch = golden.LeftPadded([golden.Document(0, 6, 1), golden.Document(0, 9, 2)]);
        var losses = golden.Model.Loss(Example(golden.Model, batch, 0));

        var hidden = golden.Model.Decoder.Forward(
            new LlamaInput(golden.Model.Embed(batch.TokenIds, null)) { KeyMask = batch.AttentionMask, Images = golden.Model.ProjectImages(batch, null) });
        var expected = TextLoss.Compute(golden.Model.Logits(hidden), batch.TextTargets([0])).item<float>();
        Assert.Equal(expected, losses.Text.item<float>(), 1e-5);
        Assert.Equal(0, losses.Image.item<float>());
        Assert.Equal(expected * golden.Model.Config.Loss.TextWeight, losses.Total.item<float>(), 1e-5);
    }

    [Fact]
    public void Pictures_that_no_row_holds_are_an_error()
    {
        var example = Example(golden.Model, golden.LeftPadded([golden.Document(0, 3, 1)]), 1);
        var e = Assert.Throws<ArgumentException>(() => golden.Model.Loss(example));
        Assert.Equal("The sequence has room for 0 visual tokens; 8 are given.", e.Message);
    }

    [Fact]
    public void A_single_token_has_nothing_to_predict()
    {
        var losses = golden.Model.Loss(Example(golden.Model, golden.Model.Batch(tensor(new[] { 1L }, [1, 1])), 0));
        Assert.Equal(0, losses.Total.item<float>());
    }

    [Fact]
    public void Text_without_an_image_is_not_trained_where_the_data_set_says_so()
    {
        var example = Example(golden.Model, golden.LeftPadded([golden.Document(0, 6, 1)]), 0);
        Assert.True(golden.Model.Loss(example).Text.item<float>() > 0);
        Assert.Equal(0, golden.Model.Loss(example with { DatasetName = "laion_en" }).Text.item<float>());
    }

    [Fact]
    public void Given_targets_are_taken_as_they_are()
    {
        var batch = golden.LeftPadded([golden.Document(0, 6, 1)]);
        var example = Example(golden.Model, batch, 0);
        var rules = golden.Model.Loss(example).Text.item<float>();

        var same = cat([full([1, 1], TextLoss.Ignored, ScalarType.Int64), batch.TextTargets([0])], 1);
        Assert.Equal(rules, golden.Model.Loss(example with { TargetIds = same }).Text.item<float>(), 1e-6);

        // Begin-of-sequence is never trained by the rules; a given target is.
        Assert.NotEqual(rules, golden.Model.Loss(example with { TargetIds = full_like(same, 1) }).Text.item<float>(), 1e-3);
    }

    [Fact]
    public void Masked_images_and_weights_scale_the_loss()
    {
        using var model = SeededModel.Create();
        var example = Example(model, Batch(model, 2), 2);
        var whole = model.Loss(example);
        var first = model.Loss(example with { ImageMask = tensor(new[] { 1L, 0 }) });
        var second = model.Loss(example with { ImageMask = tensor(new[] { 0L, 1 }), TextWeight = 0, ImageWeight = 3 });
        Assert.Equal(whole.Image.item<float>(), first.Image.item<float>() + second.Image.item<float>(), 1e-5);
        Assert.Equal(3 * second.Image.item<float>(), second.Total.item<float>(), 1e-4);
        Assert.Equal(whole.Text.item<float>(), second.Text.item<float>(), 1e-5);
    }

    [Fact]
    public void The_mean_may_be_over_trained_images_alone()
    {
        using var model = SeededModel.Create();
        using var other = SeededModel.Create(overTrained: true);
        var example = Example(model, Batch(model, 2), 2);
        var second = example with { ImageMask = tensor(new[] { 0L, 1 }) };
        Assert.Equal(model.Loss(example).Image.item<float>(), other.Loss(example).Image.item<float>(), 1e-5);
        Assert.Equal(2 * model.Loss(second).Image.item<float>(), other.Loss(second).Image.item<float>(), 1e-4);
        Assert.Equal(0, other.Loss(example with { ImageMask = tensor(new[] { 0L, 0 }) }).Image.item<float>());
    }

    [Fact]
    public void Looking_at_two_earlier_images_is_looking_at_one_where_there_is_only_one()
    {
        using var model = SeededModel.Create();
        using var two = SeededModel.Create(contextImages: 2);
        Assert.Equal(2, two.ImageDecoder.ContextImages);
        foreach (var images in new[] { 2, 3 })
        {
            var batch = Batch(model, images);
            var one = model.Loss(Example(model, batch, images)).Image.item<float>();
            var both = two.Loss(Example(two, batch, images)).Image.item<float>();
            if (images == 2)
            {
                Assert.Equal(one, both, 1e-5);
            }
            else
            {
                Assert.NotEqual(one, both, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Several_noises_of_an_image_cost_what_they_cost_one_by_one(bool meanOverTrained)
    {
        var model = SeededModel.Create(overTrained: meanOverTrained);
        var config = model.Config;
        var batch = Batch(model, 3);
        var mask = tensor(new long[] { 1, 0, 1 });
        using var generator = new Generator(5);
        var draws = DiffusionDraws.Sample(3, config.ImageDecoder, config.LatentSide, generator, CPU, noisesPerImage: 2);
        var both = model.Loss(Example(model, batch, 3) with { Draws = draws, ImageMask = mask }).Image.item<float>();

        Tensor Every(Tensor draw, int which) => draw.index_select(0, tensor(new long[] { which, which + 2, which + 4 }));
        var one = Enumerable.Range(0, 2).Select(which => model.Loss(Example(model, batch, 3) with
        {
            Draws = new DiffusionDraws(draws.VaeNoise, Every(draws.Noise, which), Every(draws.Timesteps, which), Every(draws.Unconditional, which)),
            ImageMask = mask,
        }).Image.item<float>());
        Assert.Equal(one.Average(), both, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Detail_weights_count_latents_unlike_where_the_picture_changes_and_only_there(bool changes)
    {
        double Loss(double detailWeight)
        {
            var model = SeededModel.Create(detailWeight: detailWeight);
            var example = Example(model, Batch(model, 2), 2);
            var plain = full_like(example.DecoderPixels, 0.5);
            if (changes)
            {
                plain[.., .., ..8, ..8] = example.DecoderPixels[.., .., ..8, ..8];
            }

            return model.Loss(example with { DecoderPixels = plain }).Image.item<float>();
        }

        var (weighed, alike) = (Loss(100), Loss(0));
        if (changes)
        {
            Assert.NotEqual(alike, weighed, 1e-3);
        }
        else
        {
            Assert.Equal(alike, weighed, 1e-5);
        }
    }

    [Fact]
    public void Timesteps_of_a_given_distribution_are_drawn_evenly_from_it()
    {
        var config = SeededModel.Create().Config;
        using var generator = new Generator(3);
        var distribution = new TimestepDistribution { LogitStd = 0.4 };
        var steps = config.ImageDecoder.Scheduler.NumTrainTimesteps;
        var drawn = DiffusionDraws.Sample(1_000, config.ImageDecoder, config.LatentSide, generator, CPU, 4, distribution).Timesteps.data<long>().ToArray();

        Assert.All(drawn.Chunk(4), image => Assert.Equal(2, image.Count(timestep => timestep < steps / 2)));
        Assert.All(drawn, timestep => Assert.InRange(timestep, steps / 20, steps - (steps / 20)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void An_images_timesteps_lie_evenly_apart_and_every_one_occurs(int noises)
    {
        var config = SeededModel.Create().Config;
        using var generator = new Generator(3);
        var steps = config.ImageDecoder.Scheduler.NumTrainTimesteps;
        var drawn = DiffusionDraws.Sample(4_000, config.ImageDecoder, config.LatentSide, generator, CPU, noises).Timesteps.data<long>().ToArray();

        Assert.All(drawn, timestep => Assert.InRange(timestep, 0, steps - 1));
        Assert.InRange(drawn.Average(), (steps * 0.5) - (steps * 0.02), (steps * 0.5) + (steps * 0.02));
        foreach (var image in drawn.Chunk(noises))
        {
            Array.Sort(image);
            Assert.All(image.Append(image[0] + steps).Zip(image.Append(image[0] + steps).Skip(1)), pair => Assert.InRange(pair.Second - pair.First, steps / noises, (steps / noises) + 1));
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }

    private static InterleavedBatch Batch(MmInterleaved model, int images)
    {
        long[] image = [model.Config.SpecialTokens.Soi, .. Enumerable.Repeat((long)model.Config.SpecialTokens.Image, model.Config.Sequence.NumImgToken)];
        long[] row = [model.Config.SpecialTokens.Bos, 5, 6, .. Enumerable.Repeat<long[]>([.. image, 7, 8], images).SelectMany(ids => ids)];
        return model.Batch(tensor(row, [1, row.Length]));
    }

    private static TrainingExample Example(MmInterleaved model, InterleavedBatch batch, int images)
    {
        using var generator = new Generator(7);
        var (reads, paints) = (model.Config.ImageResolutionEncoder, model.Config.ImageResolutionDecoder);
        return new TrainingExample(
            batch,
            rand([images, 3, reads, reads], generator: generator),
            rand([images, 3, paints, paints], generator: generator),
            DiffusionDraws.Sample(images, model.Config.ImageDecoder, model.Config.LatentSide, generator, CPU) with { Unconditional = ones(images) });
    }
}
