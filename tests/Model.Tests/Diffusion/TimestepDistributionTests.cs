using MmiGrains.Model.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

public sealed class TimestepDistributionTests
{
    private const int Steps = 1000;

    [Fact]
    public void Half_of_the_timesteps_lie_below_the_median_and_two_thirds_within_a_deviation()
    {
        var drawn = At(new TimestepDistribution { LogitMean = -0.5, LogitStd = 0.6 });

        double Share(double fromLogit, double toLogit) => drawn.Count(t => t >= Steps * Sigmoid(fromLogit) && t < Steps * Sigmoid(toLogit)) / (double)drawn.Length;
        Assert.Equal(0.5, Share(-100, -0.5), 0.01);
        Assert.Equal(0.683, Share(-1.1, 0.1), 0.01);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    public void The_uniform_share_reaches_every_timestep(double share)
    {
        var drawn = At(new TimestepDistribution { LogitMean = -0.5, LogitStd = 0.1, UniformShare = share });

        Assert.Equal(0, drawn.Min());
        Assert.Equal(Steps - 1, drawn.Max());
        Assert.Equal(share / 2, drawn.Count(t => t >= Steps / 2) / (double)drawn.Length, 0.01);
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private static long[] At(TimestepDistribution distribution)
    {
        using var scope = NewDisposeScope();
        var quantiles = arange(100_000, ScalarType.Float32) / 100_000;
        long[] drawn = [.. distribution.Timesteps(quantiles, Steps).data<long>()];
        Assert.All(drawn, timestep => Assert.InRange(timestep, 0, Steps - 1));
        return drawn;
    }
}
