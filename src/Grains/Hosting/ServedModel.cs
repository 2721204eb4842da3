using System.Security.Cryptography;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Text;
using MmiGrains.Model.Weights;

namespace MmiGrains.Grains.Hosting;

/// <summary>A model that a silo serves, with its tokenizer and a name that only these weights have.</summary>
public sealed class ServedModel : IDisposable
{
    private ServedModel(MmInterleaved network, LlamaTokenizer tokenizer, string hash) => (Network, Tokenizer, Hash) = (network, tokenizer, hash);

    /// <summary>The model.</summary>
    public MmInterleaved Network { get; }

    /// <summary>Its tokenizer.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>SHA-256 of the folder's manifest, or of its weights: 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>Its sizes.</summary>
    public MmInterleavedConfig Config => Network.Config;

    /// <summary>Loads a model's folder; where it has a manifest, every file must be what that says.</summary>
    /// <exception cref="WeightFileException">A file is missing, damaged, or not what the manifest says.</exception>
    public static ServedModel Load(string folder)
    {
        if (File.Exists(Path.Combine(folder, WeightManifest.FileName)))
        {
            WeightManifest.Verify(folder);
        }

        var hash = HashOf(folder);
        var network = ModelFolder.Load(folder);
        var tokenizer = LlamaTokenizer.Load(
            Path.Combine(folder, ModelFolder.TokenizerName), grounding: false, embeddingRows: network.Config.Sequence.VocabSizeTotal);
        return new ServedModel(network, tokenizer, hash);
    }

    /// <summary>The name of a folder's weights.</summary>
    public static string HashOf(string folder)
    {
        var manifest = Path.Combine(folder, WeightManifest.FileName);
        using var bytes = File.OpenRead(File.Exists(manifest) ? manifest : Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).First());
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
