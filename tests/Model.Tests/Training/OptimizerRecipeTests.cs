using MmiGrains.Kernels;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;

namespace MmiGrains.Model.Tests.Training;

public class OptimizerRecipeTests
{
    [Fact]
    public void Parameters_get_the_rate_and_the_decay_of_the_first_override_that_names_them()
    {
        using var model = new MmInterleaved(ConfigPresets.Get("golden"), KernelSet.Composed);
        OptimizerRecipe.Freeze(model);
        var groups = OptimizerRecipe.Groups(model, new OptimizerConfig());
        var settings = groups.SelectMany(group => group.Members.Select(member => (member.Name, group.Lr, group.WeightDecay)))
            .ToDictionary(member => member.Name, member => (member.Lr, member.WeightDecay));

        // The gate and the offsets of the language model's looks never decay; its biases neither, its RMS norms do.
        Assert.Equal((1e-4, 0), settings["mm_decoder.layers.0.llama_cross_attn.gate"]);
        Assert.Equal((1e-5, 0), settings["mm_decoder.layers.4.llama_cross_attn.attn.sampling_offsets.weight"]);
        Assert.Equal((1e-4, 0.05), settings["mm_decoder.layers.4.llama_cross_attn.attn.value_proj.weight"]);
        Assert.Equal((1e-4, 0), settings["mm_decoder.layers.4.llama_cross_attn.attn.value_proj.bias"]);
        Assert.Equal((1e-4, 0.05), settings["mm_decoder.layers.0.llama_cross_attn.norm1.weight"]);

        // The UNet learns slowly; its group norms decay, its layer norms do not.
        Assert.Equal((1e-5, 0.05), settings["image_decoder.decoder.unet.conv_in.weight"]);
        Assert.Equal((1e-5, 0.05), settings["image_decoder.decoder.unet.conv_norm_out.weight"]);
        Assert.Equal((1e-5, 0), settings["image_decoder.decoder.unet.down_blocks.0.attentions.0.transformer_blocks.0.norm1.weight"]);
        Assert.Equal((1e-5, 0), settings["image_decoder.decoder.unet.conv_in.bias"]);

        // Offsets come before the UNet in the list, and its synchronizer is not part of it.
        Assert.Equal((1e-5, 0), settings["image_decoder.decoder.mmfs_module.mmfs_mid_block.mmfs.sampling_offsets.weight"]);
        Assert.Equal((1e-4, 0.05), settings["image_decoder.decoder.mmfs_module.mmfs_mid_block.conv.weight"]);
        Assert.Equal((1e-4, 0), settings["image_decoder.decoder.mmfs_module.mmfs_mid_block.query_norm.weight"]);

        Assert.Equal((1e-4, 0.05), settings["soi_token"]);
        Assert.Equal((1e-4, 0.05), settings["text_decoder.head_new.weight"]);
        Assert.Equal((1e-4, 0), settings["visual_tokenizer.post_ln.weight"]);
        Assert.Equal((1e-4, 0.05), settings["image_decoder.neg_prompt_embeds"]);
    }

    [Fact]
    public void Every_trained_parameter_is_in_one_group_and_no_frozen_one_is()
    {
        using var model = new MmInterleaved(ConfigPresets.Get("golden"), KernelSet.Composed);
        OptimizerRecipe.Freeze(model);
        var groups = OptimizerRecipe.Groups(model, new OptimizerConfig());
        var names = groups.SelectMany(group => group.Members.Select(member => member.Name)).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(model.named_parameters().Select(member => member.name).Where(name => !Freezing.IsFrozen(name)).Order(), names.Order());
        Assert.Equal(groups.Count, groups.Select(group => (group.Lr, group.WeightDecay)).Distinct().Count());
        Assert.DoesNotContain("mm_decoder.embed_tokens.weight", names);
        Assert.DoesNotContain("text_decoder.head.weight", names);
        Assert.DoesNotContain("image_decoder.decoder.vae.encoder.conv_in.weight", names);
    }
}
