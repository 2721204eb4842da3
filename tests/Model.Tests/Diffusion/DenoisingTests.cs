using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tests.Interleaved;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

public sealed class DenoisingTests : IDisposable, IClassFixture<DenoisingTests.Painter>
{
    private readonly IDisposable _quiet = no_grad();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ImageDecoder _decoder;
    private readonly MmInterleavedConfig _config;
    private readonly Tensor _prompt;
    private readonly Tensor[] _levels;

    public DenoisingTests(Painter painter)
    {
        (_decoder, _config) = (painter.Model.ImageDecoder, painter.Model.Config);
        _prompt = Near.Normal(1, 2, _config.ImageResampler.NumQueries, _config.ImageResampler.HiddenSize);
        _levels = [.. _config.ImageDecoder.Mmfs.Levels.Select(side => Near.Normal(side, 2, 1, _config.VisionEncoder.HiddenSize, side, side))];
    }

    public static TheoryData<string> Names => ["ddpm", "ddim", "dpm++"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_by_step_is_the_same_as_all_at_once(string name)
    {
        var options = new DenoisingOptions(5, 3, name);
        using var atOnce = Begin(options).Finish();
        using var stepwise = Begin(options);
        for (var done = 0; done < 5; done++)
        {
            Assert.Equal(done, stepwise.StepsDone);
            Assert.False(stepwise.IsFinished);
            using var before = stepwise.Latents.clone();
            stepwise.Step();
            Near.Differs(before, stepwise.Latents, 1e-3, $"step {done}");
        }

        Assert.True(stepwise.IsFinished);
        Near.Equal(atOnce.Latents, stepwise.Latents, 0);
        Near.Equal(atOnce.PredictedNoise!, stepwise.PredictedNoise!, 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_repeats_and_another_does_not(string name)
    {
        var options = new DenoisingOptions(3, 2, name);
        using var one = Begin(options, seed: 4).Finish();
        using var same = Begin(options, seed: 4).Finish();
        using var other = Begin(options, seed: 5).Finish();
        Near.Equal(one.Latents, same.Latents, 0);
        Near.Differs(one.Latents, other.Latents, 0.1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_may_begin_at_known_latents_with_a_timesteps_noise(string name)
    {
        var (clean, noise) = (Near.Normal(9, [.. Latents(6, 2).shape]), Latents(6, 2));
        using var painting = Begin(new DenoisingOptions(5, 3, name), seed: 4);
        Assert.Equal([801, 601, 401, 201, 1], painting.Timesteps);
        using var half = _decoder.Begin(_prompt, null, new DenoisingOptions(5, 3, name), _ => noise.clone());
        half.BeginAt(clean, 500);
        Assert.Equal(2, half.StepsDone);
        var bar = _decoder.Schedule.AlphaBar(401);
        Near.Equal((Math.Sqrt(bar) * clean) + (Math.Sqrt(1 - bar) * noise), half.Latents, 1e-5);
        Assert.True(half.Finish().IsFinished);

        // Of the noise of timestep 1 there is little, and one step left to take it off.
        painting.BeginAt(clean, 1);
        Near.Equal(clean, painting.Finish().Latents, 0.3);
        using var all = Begin(new DenoisingOptions(5, 3, name), seed: 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => all.BeginAt(clean, 0));
        all.Step();
        Assert.Throws<InvalidOperationException>(() => all.BeginAt(clean, 500));
    }

    [Fact]
    public void Guidance_of_one_or_less_is_the_conditional_prediction_alone()
    {
        var (latents, images) = (Latents(6, 2), Visible(1, 1));
        var expected = _decoder.Decoder.PredictNoise(latents, full([2], 958, dtype: ScalarType.Int64), _prompt, images);
        foreach (var scale in new[] { 1.0, 0.5, 1 + 1e-9 })
        {
            using var painting = _decoder.Begin(_prompt, Visible(1, 1), new DenoisingOptions(30, scale, "ddim"), _ => latents.clone());
            painting.Step();
            Near.Equal(expected, painting.PredictedNoise!, 1e-5, $"guidance {scale}");
        }

        using var guided = _decoder.Begin(_prompt, Visible(1, 1), new DenoisingOptions(30, 3, "ddim"), _ => latents.clone());
        guided.Step();
        Near.Differs(expected, guided.PredictedNoise!, 1e-3); // what is left of v in the noise at timestep 958 is little
    }

    [Fact]
    public void Guidance_goes_from_the_unconditional_prediction_through_the_conditional_one()
    {
        var latents = Latents(6, 2);
        var unconditional = Near.Normal(8, 1, _prompt.shape[1], _prompt.shape[2]);
        Tensor Predict(Tensor prompt) => _decoder.Decoder.PredictNoise(
            latents, full([2], 958, dtype: ScalarType.Int64), prompt, Visible(1, 1));
        var (without, with) = (Predict(unconditional.expand(2, -1, -1)), Predict(_prompt));
        using var painting = _decoder.Begin(_prompt, unconditional, Visible(1, 1), new DenoisingOptions(30, 7.5), _ => latents.clone());
        painting.Step();
        Near.Equal(without + (7.5 * (with - without)), painting.PredictedNoise!, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_of_one_batch_are_painted_as_each_alone(string name)
    {
        // One image with something to look at, one without.
        var options = new DenoisingOptions(3, 4, name);
        using var together = _decoder.Begin(_prompt, Visible(1, 0), options, Drawer(0, 1)).Finish();
        for (var i = 0; i < 2; i++)
        {
            var images = i == 0 ? _decoder.ProjectImages([.. _levels.Select(level => level.narrow(0, 0, 1))], Mask(1)) : null;
            using var alone = _decoder.Begin(_prompt.narrow(0, i, 1), images ?? Hidden(), options, Drawer(i)).Finish();
            Near.Equal(alone.Latents, together.Latents.narrow(0, i, 1), 2e-5, $"image {i}");
            Near.Equal(_decoder.Decode(alone.Latents), _decoder.Decode(together.Latents).narrow(0, i, 1), 1e-4, $"image {i}, decoded");
        }
    }

    [Fact]
    public void The_same_images_serve_many_paintings()
    {
        var images = Visible(1, 1);
        var options = new DenoisingOptions(2, 2);
        Tensor Paint()
        {
            using var painting = _decoder.Begin(_prompt, images, options, Drawer(0, 1)).Finish();
            return painting.Latents.clone();
        }

        Near.Equal(Paint(), Paint(), 0);
    }

    [Fact]
    public void A_picture_to_look_at_changes_the_painting()
    {
        var options = new DenoisingOptions(3, 1);
        using var looking = _decoder.Begin(_prompt, Visible(1, 1), options, Drawer(0, 1)).Finish();
        using var blind = _decoder.Begin(_prompt, Visible(0, 0), options, Drawer(0, 1)).Finish();
        Near.Differs(looking.Latents, blind.Latents, 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Any_number_of_steps_paints_in_range(int steps)
    {
        using var painting = _decoder.Begin(_prompt.narrow(0, 0, 1), null, new DenoisingOptions(steps, 1), Drawer(0)).Finish();
        using var pixels = _decoder.Decode(painting.Latents);
        Assert.Equal([1, 3, 64, 64], pixels.shape);
        Assert.InRange(pixels.min().item<float>(), 0, 1);
        Assert.InRange(pixels.max().item<float>(), 0, 1);
    }

    [Fact]
    public void What_cannot_be_sampled_is_named()
    {
        var steps = Assert.Throws<ArgumentOutOfRangeException>(() => Begin(new DenoisingOptions(0, 1)));
        Assert.StartsWith("Sampling takes 1 to 1000 steps; 0 were asked for.", steps.Message, StringComparison.Ordinal);
        var name = Assert.Throws<ArgumentException>(() => Begin(new DenoisingOptions(3, 1, "euler")));
        Assert.Equal("There is no sampler 'euler'; there are ddpm, ddim, dpm++.", name.Message);
    }

    [Theory]
    [InlineData(64, 128)]
    [InlineData(96, 32)]
    public void The_autoencoder_takes_images_that_are_not_square(int height, int width)
    {
        var vae = _decoder.Decoder.Vae;
        var images = Near.Normal(1, 2, 3, height, width).clamp(-1, 1);
        var (mean, logVariance) = vae.Encode(images);
        var sizes = _config.ImageDecoder.Vae;
        Assert.Equal([2, sizes.LatentChannels, height / sizes.Reduction, width / sizes.Reduction], mean.shape);
        Assert.Equal(mean.shape, logVariance.shape);
        Assert.InRange(logVariance.min().item<float>(), -30, 20);
        Assert.InRange(logVariance.max().item<float>(), -30, 20);
        var decoded = vae.Decode(mean);
        Assert.Equal([2, 3, height, width], decoded.shape);
        Near.Equal(vae.Decode(mean.narrow(0, 1, 1)), decoded.narrow(0, 1, 1), 1e-5);
        Near.Equal(vae.Encode(images.narrow(0, 1, 1)).Mean, mean.narrow(0, 1, 1), 1e-5);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Slots_to_spare_change_nothing(int slots)
    {
        var (latents, levels) = (Latents(1, 2), _levels.Select(level => level.squeeze(1)).ToArray());
        Tensor Predict(int count)
        {
            var (gathered, filled) = MmInterleaved.GatherPreceding([[], [0]], levels, count);
            Assert.Equal([2, count], filled.shape);
            return _decoder.Decoder.Unet.Predict(
                latents, tensor(new[] { 10L, 700 }), _prompt, _decoder.Decoder.Mmfs, _decoder.ProjectImages(gathered, filled));
        }

        Near.Equal(Predict(1), Predict(slots), 1e-5);
    }

    [Fact]
    public void The_order_of_two_earlier_images_matters()
    {
        var (latents, levels) = (Latents(1, 1), _levels.Select(level => level.squeeze(1)).ToArray());
        Tensor Predict(params int[] seen)
        {
            var (gathered, filled) = MmInterleaved.GatherPreceding([seen], levels, 2);
            return _decoder.Decoder.Unet.Predict(
                latents, tensor(new[] { 300L }), _prompt.narrow(0, 0, 1), _decoder.Decoder.Mmfs, _decoder.ProjectImages(gathered, filled));
        }

        Near.Differs(Predict(0, 1), Predict(1, 0), 1e-4);
        Near.Differs(Predict(0, 1), Predict(1), 1e-4);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _quiet.Dispose();
    }

    private Denoising Begin(DenoisingOptions options, int seed = 3) => _decoder.Begin(_prompt, Visible(1, 1), options, Drawer(seed, seed + 10));

    private Tensor Latents(int seed, int count) => Near.Normal(seed, count, _config.ImageDecoder.Vae.LatentChannels, _config.LatentSide, _config.LatentSide);

    private VisibleImages Visible(params long[] mask) => _decoder.ProjectImages(_levels, Mask(mask))!;

    private VisibleImages Hidden() => _decoder.ProjectImages([.. _levels.Select(level => level.narrow(0, 1, 1))], Mask(0))!;

    private static Tensor Mask(params long[] mask) => tensor(mask, [mask.Length, 1]);

    // Each image draws from a seed of its own, so that its company does not matter.
    private static Func<long[], Tensor> Drawer(params int[] seeds)
    {
        var generators = seeds.Select(seed => new Generator((ulong)seed + 1)).ToArray();
        return shape => cat([.. generators.Select(generator => randn([1, .. shape[1..]], generator: generator))], 0);
    }

    /// <summary>One model for all of these.</summary>
    public sealed class Painter : IDisposable
    {
        public MmInterleaved Model { get; } = SeededModel.Create();

        public void Dispose() => Model.Dispose();
    }
}
