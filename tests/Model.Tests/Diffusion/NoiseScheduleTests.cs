using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

public class NoiseScheduleTests
{
    [Theory]
    [InlineData("epsilon")]
    [InlineData("v_prediction")]
    public void A_right_prediction_means_the_noise_that_was_added(string prediction)
    {
        using var scope = NewDisposeScope();
        var schedule = new NoiseSchedule(new NoiseScheduleConfig { PredictionType = prediction });
        var (latents, noise) = (Near.Normal(1, 4, 2, 3, 3), Near.Normal(2, 4, 2, 3, 3));
        var timesteps = tensor(new long[] { 0, 300, 700, 999 });
        var noisy = schedule.AddNoise(latents, noise, timesteps);
        Near.Equal(noise, schedule.Noise(schedule.Target(latents, noise, timesteps), noisy, timesteps), 1e-5);
    }

    [Fact]
    public void Where_noise_covers_all_v_is_the_image_with_its_sign_turned()
    {
        using var scope = NewDisposeScope();
        var schedule = new NoiseSchedule(new NoiseScheduleConfig { PredictionType = "v_prediction", BetaEnd = 0.9, BetaStart = 0.9 });
        var (latents, noise) = (Near.Normal(1, 1, 2, 3, 3), Near.Normal(2, 1, 2, 3, 3));
        Near.Equal(-latents, schedule.Target(latents, noise, tensor(new long[] { 999 })), 1e-5);
    }
}
