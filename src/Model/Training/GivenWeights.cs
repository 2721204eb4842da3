using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// Weights that a fresh model takes from a trained one, which may be of other sizes elsewhere: models that differ in one part share the others, and are
/// spared their stages. So the reference begins, with CLIP, LLaMA and Stable Diffusion given and what joins them fresh.
/// </summary>
public sealed record GivenWeights
{
    private const string Autoencoder = "image_decoder.decoder.vae.";

    /// <summary>Folder of the trained model, or of a run's checkpoint.</summary>
    public required string From { get; init; }

    /// <summary>Given are the parameters whose names contain one of these; all, where there is none.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>But not those whose names contain one of these.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>The configuration with the other model's autoencoder, if that is given: its latent scale goes with it.</summary>
    internal MmInterleavedConfig Adopt(MmInterleavedConfig config, string recipeFolder) => !Include(Autoencoder) ? config : config with
    {
        ImageDecoder = config.ImageDecoder with { Vae = ConfigFile.Read(Path.Combine(recipeFolder, From, ModelFolder.ConfigName)).ImageDecoder.Vae },
    };

    /// <summary>Copies the weights.</summary>
    /// <exception cref="ConfigException">None is given, or one has another shape.</exception>
    internal void Read(MmInterleaved model, string recipeFolder)
    {
        using var quiet = no_grad();
        using var source = TensorSource.Open(Path.Combine(recipeFolder, From));
        var targets = model.state_dict().Where(entry => Include(entry.Key)).ToArray();
        if (targets.Length == 0)
        {
            throw new ConfigException($"given.parts and given.except leave no parameter of the model: they are [{string.Join(", ", Parts)}] and [{string.Join(", ", Except)}].");
        }

        foreach (var (name, target) in targets)
        {
            using var value = source.Read(name);
            if (!value.shape.SequenceEqual(target.shape))
            {
                throw new ConfigException(
                    $"given: '{name}' is [{string.Join(", ", value.shape)}] in '{From}', and [{string.Join(", ", target.shape)}] in the recipe's model; name it in 'except'.");
            }

            CheckpointLoader.RequireFinite(source, name, value);
            target.copy_(value);
        }
    }

    private bool Include(string name) =>
        (Parts.Count == 0 || Parts.Any(part => name.Contains(part, StringComparison.Ordinal))) && !Except.Any(part => name.Contains(part, StringComparison.Ordinal));
}
