namespace MmiGrains.Model.Training;

/// <summary>
/// Which parameters pre-training leaves as they are: CLIP itself, the language model but its looks at images, the old vocabulary
/// head, the autoencoder, position tables, and the UNet's ignore tokens.
/// </summary>
public static class Freezing
{
    private const string Clip = "visual_tokenizer.encoder.vision_model.";

    /// <summary>Whether the parameter of a name is frozen.</summary>
    public static bool IsFrozen(string name) =>
        name.EndsWith("pos_embed", StringComparison.Ordinal) ||
        (name.StartsWith(Clip, StringComparison.Ordinal) && !name[Clip.Length..].StartsWith("adapter", StringComparison.Ordinal)) ||
        (name.StartsWith("mm_decoder.", StringComparison.Ordinal) && !name.Contains("llama_cross_attn", StringComparison.Ordinal)) ||
        name.StartsWith("text_decoder.head.", StringComparison.Ordinal) ||
        name.StartsWith("image_decoder.decoder.vae.", StringComparison.Ordinal) ||
        (name.StartsWith("image_decoder.", StringComparison.Ordinal) && name.EndsWith("ignore_token", StringComparison.Ordinal));

    /// <summary>Whether the parameter of a name is fixed even where the whole model trains: position tables and the autoencoder.</summary>
    public static bool IsFixed(string name) =>
        name.EndsWith("pos_embed", StringComparison.Ordinal) || name.StartsWith("image_decoder.decoder.vae.", StringComparison.Ordinal);
}
