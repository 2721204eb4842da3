using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

public class SchedulerTests
{
    private static readonly GaussianToy Toy = new(mean: 1.5, deviation: 0.5);

    public static TheoryData<string> Names => ["ddpm", "ddim", "dpm++"];

    [Fact]
    public void Thirty_steps_go_from_958_to_1()
    {
        using var steps = Scheduler("ddpm").Begin(30);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => 958 - (33 * i)), steps.Timesteps);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Timesteps_fall_strictly_for_every_number_of_steps(string name)
    {
        for (var steps = 1; steps <= 1000; steps++)
        {
            using var timetable = Scheduler(name).Begin(steps);
            Assert.Equal(steps, timetable.Timesteps.Count);
            Assert.All(timetable.Timesteps, timestep => Assert.InRange(timestep, 0, 999));
            Assert.All(timetable.Timesteps.Zip(timetable.Timesteps.Skip(1)), pair => Assert.True(pair.First > pair.Second, $"{steps} steps: {pair}"));
        }
    }

    [Theory]
    [InlineData("ddpm", 0)]
    [InlineData("ddim", 1001)]
    [InlineData("dpm++", -5)]
    public void A_number_of_steps_that_cannot_be_is_named_in_one_sentence(string name, int steps)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler(name).Begin(steps));
        Assert.StartsWith($"Sampling takes 1 to 1000 steps; {steps} were asked for.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("ddpm", 1)]
    [InlineData("ddpm", 1000)]
    [InlineData("ddim", 1)]
    [InlineData("ddim", 1000)]
    [InlineData("dpm++", 1)]
    [InlineData("dpm++", 2)]
    [InlineData("dpm++", 1000)]
    public void One_step_and_all_steps_work(string name, int steps)
    {
        using var scope = NewDisposeScope();
        var (result, _) = Toy.Sample(Scheduler(name), steps, Deviations(200));
        Assert.True(result.isfinite().all().item<bool>());
        if (steps == 1000)
        {
            Assert.Equal(1.5, result.mean().item<double>(), 0.1);
        }
    }

    [Theory]
    [InlineData("ddpm", 500, 0.02)]
    [InlineData("ddim", 500, 0.02)]
    [InlineData("dpm++", 100, 0.02)]
    public void Samples_get_the_mean_and_the_deviation_of_the_data(string name, int steps, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (result, _) = Toy.Sample(Scheduler(name), steps, Deviations(20000));
        Assert.Equal(1.5, result.mean().item<double>(), tolerance);
        Assert.Equal(0.5, result.std(unbiased: false).item<double>(), tolerance);
    }

    [Theory]
    [InlineData("ddim", 1)]
    [InlineData("dpm++", 2)]
    public void The_error_falls_as_the_order_of_the_sampler_says(string name, int order)
    {
        using var scope = NewDisposeScope();
        var deviations = tensor(new[] { -2.0, -0.5, 1.0, 2.5 });
        double Error(int steps)
        {
            // The last step to the clean image is of first order whatever the sampler; the way to timestep 1 is what is measured.
            var (_, found) = Toy.Sample(Scheduler(name), steps, deviations);
            return (found - Toy.Exact(deviations, Toy.Schedule.AlphaBar(1))).abs().max().item<double>();
        }

        var slope = Math.Log(Error(125) / Error(500)) / Math.Log(4);
        Assert.InRange(slope, order - 0.25, order + 0.5);
    }

    [Fact]
    public void The_second_order_sampler_is_nearer_after_as_many_steps()
    {
        using var scope = NewDisposeScope();
        var deviations = Deviations(100);
        double Error(string name, int steps) =>
            (Toy.Sample(Scheduler(name), steps, deviations).BeforeLast - Toy.Exact(deviations, Toy.Schedule.AlphaBar(1))).abs().max().item<double>();
        Assert.All([100, 200, 400], steps => Assert.True(Error("dpm++", steps) < Error("ddim", steps) / 2, $"{steps} steps"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_repeats(string name)
    {
        using var scope = NewDisposeScope();
        var first = Toy.Sample(Scheduler(name), 20, Deviations(50), seed: 9).Result;
        var second = Toy.Sample(Scheduler(name), 20, Deviations(50), seed: 9).Result;
        Near.Equal(first, second, 0);
        using var timetable = Scheduler(name).Begin(20);
        Assert.Equal(name == "ddpm", timetable.WantsNoise(0));
    }

    [Fact]
    public void Noise_is_added_as_the_schedule_says()
    {
        using var scope = NewDisposeScope();
        var (latents, noise) = (Near.Normal(1, 3, 4, 2, 2), Near.Normal(2, 3, 4, 2, 2));
        long[] timesteps = [0, 500, 999];
        var noisy = Toy.Schedule.AddNoise(latents, noise, tensor(timesteps));
        for (var i = 0; i < timesteps.Length; i++)
        {
            // The betas' roots are spaced evenly: their product is taken here in double precision.
            double alphaBar = 1;
            for (var t = 0; t <= timesteps[i]; t++)
            {
                alphaBar *= 1 - Math.Pow(Math.Sqrt(0.00085) + (t / 999.0 * (Math.Sqrt(0.012) - Math.Sqrt(0.00085))), 2);
            }

            Near.Equal((Math.Sqrt(alphaBar) * latents[i]) + (Math.Sqrt(1 - alphaBar) * noise[i]), noisy[i], 1e-5, $"timestep {timesteps[i]}");
        }
    }

    // As many below the mean as above it, with a deviation of exactly 1.
    private static Tensor Deviations(int count)
    {
        var z = Near.Normal(17, count).to_type(ScalarType.Float64);
        return (z - z.mean()) / z.std(unbiased: false);
    }

    private static INoiseScheduler Scheduler(string name) => name switch
    {
        "ddpm" => new DdpmScheduler(Toy.Schedule),
        "ddim" => new DdimScheduler(Toy.Schedule),
        _ => new DpmSolverScheduler(Toy.Schedule),
    };
}
