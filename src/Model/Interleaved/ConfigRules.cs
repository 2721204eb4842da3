using System.Numerics;

namespace MmiGrains.Model.Interleaved;

/// <summary>What a configuration must satisfy before a model is built from it, each rule one sentence.</summary>
public static class ConfigRules
{
    private const int LargestWidth = 1 << 17;
    private const int MostLayers = 512;

    /// <summary>Checks every rule.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="ConfigException">The first rule that is broken.</exception>
    public static void Check(MmInterleavedConfig config, string source)
    {
        var rules = new Rules(source);
        CheckSequence(config, rules);
        CheckLanguageModel(config, rules);
        CheckVision(config, rules);
        CheckImageDecoder(config, rules);
    }

    private static void CheckSequence(MmInterleavedConfig config, Rules rules)
    {
        var (sequence, special) = (config.Sequence, config.SpecialTokens);
        rules.Range("sequence.max_length", sequence.MaxLength, 1, 1 << 24);
        rules.Range("sequence.num_img_token", sequence.NumImgToken, 1, sequence.MaxLength);
        rules.Range("sequence.vocab_size_base", sequence.VocabSizeBase, 1, 1 << 24);
        rules.Range("sequence.vocab_size_total", sequence.VocabSizeTotal, sequence.VocabSizeBase + 1, 1 << 24);
        foreach (var (name, id) in new[] { ("bos", special.Bos), ("eos", special.Eos), ("pad", special.Pad), ("soi", special.Soi), ("image", special.Image) })
        {
            rules.Range($"special_tokens.{name}", id, 0, sequence.VocabSizeTotal - 1);
        }

        rules.Equal("visual_resampler.num_queries", config.VisualResampler.NumQueries, "sequence.num_img_token", sequence.NumImgToken);
    }

    private static void CheckLanguageModel(MmInterleavedConfig config, Rules rules)
    {
        var llm = config.Llm;
        rules.Range("llm.hidden_size", llm.HiddenSize, 4, LargestWidth);
        rules.Range("llm.intermediate_size", llm.IntermediateSize, 1, 4 * LargestWidth);
        rules.Range("llm.num_hidden_layers", llm.NumHiddenLayers, 1, MostLayers);
        rules.Divides("llm.num_attention_heads", llm.NumAttentionHeads, "llm.hidden_size", llm.HiddenSize);
        rules.Range("llm.hidden_size / llm.num_attention_heads", llm.HiddenSize / llm.NumAttentionHeads % 2, 0, 0, "must be even");
        rules.Range("llm.rms_norm_eps", llm.RmsNormEps, 0, 1);
        rules.Range("llm.mmfs.every_n_layers", llm.Mmfs.EveryNLayers, 1, MostLayers);
        rules.Range("llm.mmfs.first_layer", llm.Mmfs.FirstLayer, 0, llm.NumHiddenLayers);
        rules.Range("llm.mmfs.points", llm.Mmfs.Points, 1, 256);
        rules.Range("llm.mmfs.max_images", llm.Mmfs.MaxImages, 2, 10000);
        rules.Range("llm.mmfs.base_level", llm.Mmfs.BaseLevel, 1, 4096);
        rules.Divides("llm.mmfs.heads", llm.Mmfs.Heads, "llm.mmfs.value_inner_dim", llm.Mmfs.ValueInnerDim);
        rules.Equal("llm.mmfs.value_input_dim", llm.Mmfs.ValueInputDim, "vision_encoder.hidden_size", config.VisionEncoder.HiddenSize);
        rules.Levels("llm.mmfs.levels", llm.Mmfs.Levels, Pyramid(config));
    }

    private static void CheckVision(MmInterleavedConfig config, Rules rules)
    {
        var vision = config.VisionEncoder;
        rules.Range("vision_encoder.hidden_size", vision.HiddenSize, 4, LargestWidth);
        rules.Range("vision_encoder.hidden_size", vision.HiddenSize % 4, 0, 0, "must be a multiple of 4");
        rules.Range("vision_encoder.num_hidden_layers", vision.NumHiddenLayers, 1, MostLayers);
        rules.Divides("vision_encoder.num_attention_heads", vision.NumAttentionHeads, "vision_encoder.hidden_size", vision.HiddenSize);
        rules.Range("vision_encoder.patch_size", vision.PatchSize, 1, 1024);
        rules.Range("vision_encoder.image_size", vision.ImageSize, 2 * vision.PatchSize, 8192);
        rules.Equal("image_resolution_encoder", config.ImageResolutionEncoder, "vision_encoder.image_size", vision.ImageSize);
        rules.Range("vision_encoder.image_size / patch_size", vision.Grid % 2, 0, 0, "must be even");
        rules.Equal("visual_tokenizer.pos_grid", config.VisualTokenizer.PosGrid, "vision_encoder.image_size / patch_size", vision.Grid);
        rules.Equal("vision_encoder.adapter.spatial_prior_input", vision.Adapter.SpatialPriorInput, "16 * (image_size / patch_size)", 16 * vision.Grid);
        rules.Range("vision_encoder.mean", vision.Mean.Count, 3, 3, "must list 3 values");
        rules.Range("vision_encoder.std", vision.Std.Count, 3, 3, "must list 3 values");
        rules.Range("vision_encoder.adapter.interaction_blocks", vision.Adapter.InteractionBlocks.Count, 1, 64);
        var next = 0;
        foreach (var span in vision.Adapter.InteractionBlocks)
        {
            rules.Range("vision_encoder.adapter.interaction_blocks", span.Count, 2, 2, "must list pairs of first and last layer");
            rules.Range("vision_encoder.adapter.interaction_blocks", span[0], next, next, $"must continue at layer {next}");
            rules.Range("vision_encoder.adapter.interaction_blocks", span[1], span[0], vision.NumHiddenLayers - 1);
            next = span[1] + 1;
        }

        rules.Divides("visual_resampler.num_attention_heads", config.VisualResampler.NumAttentionHeads, "visual_resampler.hidden_size", config.VisualResampler.HiddenSize);
        rules.Range("visual_resampler.num_hidden_layers", config.VisualResampler.NumHiddenLayers, 1, MostLayers);
        rules.Range("visual_resampler.cross_attention_frequency", config.VisualResampler.CrossAttentionFrequency, 1, MostLayers);
        rules.Equal("visual_resampler.encoder_hidden_size", config.VisualResampler.EncoderHiddenSize, "vision_encoder.hidden_size", vision.HiddenSize);
    }

    private static void CheckImageDecoder(MmInterleavedConfig config, Rules rules)
    {
        var (decoder, resampler) = (config.ImageDecoder, config.ImageResampler);
        var (unet, vae) = (decoder.Unet, decoder.Vae);
        rules.Divides("image_resampler.num_attention_heads", resampler.NumAttentionHeads, "image_resampler.hidden_size", resampler.HiddenSize);
        rules.Range("image_resampler.num_hidden_layers", resampler.NumHiddenLayers, 1, MostLayers);
        rules.Range("image_resampler.cross_attention_frequency", resampler.CrossAttentionFrequency, 1, MostLayers);
        rules.Equal("image_resampler.encoder_hidden_size", resampler.EncoderHiddenSize, "llm.hidden_size", config.Llm.HiddenSize);
        rules.Equal("image_resampler.hidden_size", resampler.HiddenSize, "image_decoder.unet.cross_attention_dim", unet.CrossAttentionDim);
        rules.OneOf("image_decoder.scheduler.prediction_type", decoder.Scheduler.PredictionType, "epsilon", "v_prediction");
        rules.Range("loss.noises_per_image", config.Loss.NoisesPerImage, 1, 64);
        rules.Range("loss.detail_weight", config.Loss.DetailWeight, 0, 10_000);
        if (config.Loss.Timesteps is { } timesteps)
        {
            rules.Range("loss.timesteps.logit_mean", timesteps.LogitMean, -10, 10);
            rules.Range("loss.timesteps.logit_std", timesteps.LogitStd, 0, 10);
            rules.Range("loss.timesteps.uniform_share", timesteps.UniformShare, 0, 1);
        }

        rules.Range("image_decoder.context_images", decoder.ContextImages, 1, decoder.Mmfs.MaxImages - 1);
        rules.Levels("image_decoder.mmfs.levels", decoder.Mmfs.Levels, Pyramid(config));
        rules.Range("image_decoder.mmfs.base_levels", decoder.Mmfs.BaseLevels.Count, 1, 64);
        rules.Range("image_decoder.mmfs.base_levels", decoder.Mmfs.BaseLevels.Min(), 1, 4096);
        rules.Divides("image_decoder.mmfs.heads", decoder.Mmfs.Heads, "image_decoder.mmfs.attn_dim", decoder.Mmfs.AttnDim);
        rules.Range("image_decoder.unet.block_out_channels", unet.BlockOutChannels.Count, 1, 8);
        rules.Equal("image_decoder.unet.down_block_types", unet.DownBlockTypes.Count, "image_decoder.unet.block_out_channels", unet.BlockOutChannels.Count);
        rules.Equal("image_decoder.unet.up_block_types", unet.UpBlockTypes.Count, "image_decoder.unet.block_out_channels", unet.BlockOutChannels.Count);
        rules.Equal("image_decoder.unet.attention_head_dim", unet.AttentionHeadDim.Count, "image_decoder.unet.block_out_channels", unet.BlockOutChannels.Count);
        for (var i = 0; i < unet.BlockOutChannels.Count; i++)
        {
            rules.Divides("image_decoder.unet.norm_num_groups", unet.NormNumGroups, $"image_decoder.unet.block_out_channels[{i}]", unet.BlockOutChannels[i]);
            rules.Divides($"image_decoder.unet.attention_head_dim[{i}]", unet.AttentionHeadDim[i], $"image_decoder.unet.block_out_channels[{i}]", unet.BlockOutChannels[i]);
        }

        rules.Range("image_decoder.vae.block_out_channels", vae.BlockOutChannels.Count, 1, 8);
        foreach (var channels in vae.BlockOutChannels)
        {
            rules.Divides("image_decoder.vae.norm_num_groups", vae.NormNumGroups, "image_decoder.vae.block_out_channels", channels);
        }

        rules.Divides("8 * latent reduction", vae.Reduction, "image_resolution_decoder", config.ImageResolutionDecoder);
        rules.Equal("image_decoder.unet.in_channels", unet.InChannels, "image_decoder.vae.latent_channels", vae.LatentChannels);
        rules.Range("image_decoder.scheduler.num_train_timesteps", decoder.Scheduler.NumTrainTimesteps, 1, 1_000_000);
        rules.Range("image_decoder.scheduler.beta_start", decoder.Scheduler.BetaStart, 0, decoder.Scheduler.BetaEnd);
        rules.Range("image_decoder.scheduler.beta_end", decoder.Scheduler.BetaEnd, decoder.Scheduler.BetaStart, 1);
        rules.Range("optimizer.betas", config.Optimizer.Betas.Count, 2, 2, "must list 2 values");
    }

    // The adapter makes four levels: four, two, one and half times the patch grid.
    private static int[] Pyramid(MmInterleavedConfig config)
    {
        var grid = config.VisionEncoder.Grid;
        return [grid * 4, grid * 2, grid, grid / 2];
    }

    private sealed class Rules(string source)
    {
        public void Range<T>(string field, T value, T least, T most, string? rule = null)
            where T : INumber<T>
        {
            // Written so that NaN breaks the rule.
            if (!(value >= least && value <= most))
            {
                throw new ConfigException($"{source}, field '{field}': {rule ?? $"must be {least} to {most}"}; it is {value}.");
            }
        }

        public void Divides(string field, int divisor, string otherField, int value)
        {
            if (divisor < 1 || value < 1 || value % divisor != 0)
            {
                throw new ConfigException($"{source}, field '{field}': {divisor} does not divide '{otherField}', which is {value}.");
            }
        }

        public void Equal(string field, int value, string otherField, int expected)
        {
            if (value != expected)
            {
                throw new ConfigException($"{source}, field '{field}': must equal '{otherField}', which is {expected}; it is {value}.");
            }
        }

        public void OneOf(string field, string value, params string[] allowed)
        {
            if (!allowed.Contains(value))
            {
                throw new ConfigException($"{source}, field '{field}': must be one of {string.Join(", ", allowed)}; it is '{value}'.");
            }
        }

        public void Levels(string field, IReadOnlyList<int> levels, int[] pyramid)
        {
            if (levels.Count == 0 || levels.Any(level => !pyramid.Contains(level)) || !levels.SequenceEqual(levels.OrderDescending().Distinct()))
            {
                throw new ConfigException(
                    $"{source}, field '{field}': must list levels of the pyramid ({string.Join(", ", pyramid)}), large to small; it is [{string.Join(", ", levels)}].");
            }
        }
    }
}
