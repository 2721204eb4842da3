using System.Globalization;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Llama;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Parity;

/// <summary>UNet, autoencoder and schedule alone; sampling; a picture from the whole model.</summary>
internal static class ImageCases
{
    public static void RunParts(ParityCase c)
    {
        using var quiet = no_grad();
        var decoder = c.Model.ImageDecoder.Decoder;
        var conditioning = c.Read("encoder_hidden_states");
        foreach (var run in c.Runs(name => name.StartsWith("unet", StringComparison.Ordinal)))
        {
            var (sample, timesteps) = (c.Read($"{run}.sample"), c.Read($"{run}.timesteps"));
            var count = sample.shape[0];
            var context = conditioning.narrow(0, 0, count);
            c.Expect($"{run}.eps", decoder.Unet.Predict(sample, timesteps, context, decoder.Mmfs, Images(c, count)), Tolerances.Sampling);
            if (c.Has($"{run}.eps_no_mmfs"))
            {
                c.Expect($"{run}.eps_no_mmfs", decoder.Unet.Predict(sample, timesteps, context), Tolerances.Sampling);
            }
        }

        var (mean, logVariance) = decoder.Vae.Encode((c.Read("vae.image") * 2) - 1);
        c.Expect("vae.mean", mean, Tolerances.Sampling);
        c.Expect("vae.logvar", logVariance, Tolerances.Sampling);
        c.Expect("vae.decoded", decoder.Vae.Decode(c.Read("vae.z")), Tolerances.Sampling);

        var schedule = c.Model.ImageDecoder.Schedule;
        c.Expect("sched.alphas_cumprod", tensor(schedule.AlphasCumprod.ToArray()), Tolerances.Module);
        c.Expect("sched.add_noise", schedule.AddNoise(c.Read("sched.x0"), c.Read("sched.noise"), c.Read("sched.t")), Tolerances.Module);
    }

    public static void RunSampling(ParityCase c)
    {
        using var quiet = no_grad();
        var steps = (int)c.Read("timesteps").shape[0];
        var options = new DenoisingOptions(steps, double.Parse(c.Metadata["guidance_scale"], CultureInfo.InvariantCulture));
        var prompt = c.Read("text_embeds");
        using var denoising = c.Model.ImageDecoder.Begin(
            prompt, c.Read("negative_prompt_embeds"), Images(c, prompt.shape[0]), options, RecordedNoise(c));
        c.ExpectIds("timesteps", tensor(denoising.Timesteps.Select(t => (long)t).ToArray()));
        while (!denoising.IsFinished)
        {
            denoising.Step();
            if (denoising.StepsDone == 1)
            {
                c.Expect("guided_eps_step1", denoising.PredictedNoise!, Tolerances.Sampling);
            }

            if (c.Has($"latents_after_{denoising.StepsDone}"))
            {
                c.Expect($"latents_after_{denoising.StepsDone}", denoising.Latents, Tolerances.Sampling);
            }
        }

        c.Expect("image_f16", c.Model.ImageDecoder.Decode(denoising.Latents), Tolerances.DecodedImage);
    }

    public static void RunGenerate(ParityCase c)
    {
        using var quiet = no_grad();
        var batch = c.Model.Batch(c.Read("text_ids"), c.Read("attention_mask"));
        var encoded = c.Model.VisualTokenizer.Encode(c.Read("image_tensors"));
        var hidden = c.Model.Decoder.Forward(new LlamaInput(c.Model.Embed(batch.TokenIds, encoded.VisualTokens))
        {
            KeyMask = batch.AttentionMask,
            Images = c.Model.ProjectImages(batch, encoded),
        });

        var targets = c.Read("target_image_idxs").data<long>().Select(i => (int)i).ToArray();
        var (contexts, mask) = c.Model.ProjectContexts(batch, hidden, targets);
        var preceding = batch.PrecedingImages(1);
        var (levels, filled) = Interleaved.MmInterleaved.GatherPreceding([.. targets.Select(i => preceding[i])], encoded.Pyramid.Levels, 1);

        var decoder = c.Model.ImageDecoder;
        var options = new DenoisingOptions((int)c.Read("timesteps").shape[0], c.Model.Config.ImageDecoder.GuidanceScaleDefault);
        using var denoising = decoder.Begin(
            decoder.Resampler.Resample(contexts, mask), decoder.ProjectImages(levels, filled), options, RecordedNoise(c));
        denoising.Finish();
        c.ExpectIds("timesteps", tensor(denoising.Timesteps.Select(t => (long)t).ToArray()));
        c.Expect("final_latents", denoising.Latents, Tolerances.Sampling);
        c.Expect("image_f16", decoder.Decode(denoising.Latents), Tolerances.DecodedImage);
    }

    // One image's recorded features, repeated for every row.
    private static VisibleImages? Images(ParityCase c, long rows)
    {
        var levels = Enumerable.Range(0, int.MaxValue).TakeWhile(i => c.Has($"mmfs_features.{i}_f16"))
            .Select(i => c.Read($"mmfs_features.{i}").expand(rows, -1, -1, -1, -1)).ToArray();
        return c.Model.ImageDecoder.ProjectImages(levels, c.Read("mmfs_mask").narrow(0, 0, rows));
    }

    // The first draw is the latents, then one per step.
    private static Func<long[], Tensor> RecordedNoise(ParityCase c)
    {
        var (initial, steps, next) = (c.Read("init_latents"), c.Read("step_noise"), -1L);
        return _ => next++ < 0 ? initial : steps[next - 1];
    }
}
