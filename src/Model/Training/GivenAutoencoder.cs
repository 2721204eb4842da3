using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>An autoencoder that another run has trained: models that differ elsewhere share it, and each is spared its stage.</summary>
internal static class GivenAutoencoder
{
    private const string Prefix = "image_decoder.decoder.vae.";

    /// <summary>The configuration with the other model's autoencoder, its latent scale included.</summary>
    /// <param name="config">A fresh model's.</param>
    /// <param name="folder">The other model's folder, or a checkpoint's.</param>
    public static MmInterleavedConfig Adopt(MmInterleavedConfig config, string folder) => config with
    {
        ImageDecoder = config.ImageDecoder with { Vae = ConfigFile.Read(Path.Combine(folder, ModelFolder.ConfigName)).ImageDecoder.Vae },
    };

    /// <summary>Copies its weights.</summary>
    public static void Read(MmInterleaved model, string folder)
    {
        using var quiet = no_grad();
        using var source = TensorSource.Open(folder);
        foreach (var (name, target) in model.state_dict().Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var value = source.Read(name);
            target.copy_(value);
        }
    }
}
