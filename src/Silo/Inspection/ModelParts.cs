namespace MmiGrains.Silo.Inspection;

/// <summary>The parts of a model that one wants to know the size of.</summary>
internal static class ModelParts
{
    // Part, and what its tensors have in their names.
    private static readonly (string Module, string Part, string Mark)[] Table =
    [
        ("visual_tokenizer", "encoder", "visual_tokenizer.encoder."),
        ("visual_tokenizer", "resampler", "visual_tokenizer.perceiver_resampler."),
        ("mm_decoder", "MMFS", ".llama_cross_attn."),
        ("image_decoder", "unet", "image_decoder.decoder.unet."),
        ("image_decoder", "vae", "image_decoder.decoder.vae."),
        ("image_decoder", "mmfs", "image_decoder.decoder.mmfs_module."),
        ("image_decoder", "resampler", "image_decoder.perceiver_resampler."),
    ];

    private static readonly string[] Modules = ["soi_token", "visual_tokenizer", "mm_decoder", "text_decoder", "image_decoder", "context_feat_proj"];

    /// <summary>Whether these are tensors of this project's model, rather than of anything else.</summary>
    public static bool AreKnown(IEnumerable<TensorInfo> tensors) => tensors.Any(tensor => Modules.Contains(Module(tensor)));

    /// <summary>Top-level modules in order of appearance, and below each its parts, if it has any; what is in none of them is the rest.</summary>
    public static IEnumerable<(string Module, IReadOnlyList<(string Part, IReadOnlyList<TensorInfo> Tensors)> Parts)> Group(IEnumerable<TensorInfo> tensors) =>
        tensors.GroupBy(Module).Select(module => (module.Key, Parts(module.Key, [.. module])));

    private static IReadOnlyList<(string Part, IReadOnlyList<TensorInfo> Tensors)> Parts(string module, IReadOnlyList<TensorInfo> tensors)
    {
        var known = Table.Where(row => row.Module == module).ToList();
        string PartOf(TensorInfo tensor) => known.FirstOrDefault(row => tensor.Name.Contains(row.Mark, StringComparison.Ordinal)).Part ?? "rest";
        var parts = tensors.GroupBy(PartOf).ToDictionary(part => part.Key, part => (IReadOnlyList<TensorInfo>)[.. part]);
        return [.. known.Select(row => row.Part).Append("rest").Where(parts.ContainsKey).Select(part => (part, parts[part]))];
    }

    private static string Module(TensorInfo tensor) => tensor.Name.Split('.')[0];
}
