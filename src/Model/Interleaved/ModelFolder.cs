using MmiGrains.Kernels;
using MmiGrains.Model.LowRank;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>A model on disk: a folder with <c>config.json</c>, weights, and perhaps adapters, a tokenizer and a manifest.</summary>
public static class ModelFolder
{
    /// <summary>Name of the configuration in a folder.</summary>
    public const string ConfigName = "config.json";

    /// <summary>Name of the tokenizer in a folder.</summary>
    public const string TokenizerName = "tokenizer.model";

    /// <summary>A fresh model that belongs to the caller, whatever dispose scope happens to be open.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="kernels">Kernels; null for the fastest on the CPU.</param>
    /// <param name="type">Type of its weights and activations, but for the autoencoder's, which stay float32.</param>
    public static MmInterleaved Create(MmInterleavedConfig config, KernelSet? kernels = null, ScalarType type = ScalarType.Float32) =>
        Detach(Cast(new MmInterleaved(config, kernels ?? KernelSet.For(DeviceType.CPU, type)), type));

    /// <summary>Loads a model, ready to run; adapters that lie beside its weights are merged into them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where it shall run.</param>
    /// <param name="type">Type of its weights and activations, but for the autoencoder's, which stay float32.</param>
    /// <param name="kernels">Kernels; null for the fastest on that device.</param>
    /// <param name="adjust">Changes the configuration that was read, in what has no part in the weights: how many images the decoder looks at, what is switched off.</param>
    /// <exception cref="ConfigException">The configuration cannot be used.</exception>
    /// <exception cref="WeightFileException">The weights cannot be read.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not fit the configuration.</exception>
    public static MmInterleaved Load(
        string folder, Device? device = null, ScalarType type = ScalarType.Float32, KernelSet? kernels = null,
        Func<MmInterleavedConfig, MmInterleavedConfig>? adjust = null)
    {
        var place = device ?? CPU;
        var config = ConfigFile.Read(Path.Combine(folder, ConfigName));
        config = adjust is null ? config : adjust(config);
        var model = new MmInterleaved(config, kernels ?? KernelSet.For(place.type, type));
        using (var weights = TensorSource.Open(folder))
        {
            CheckpointLoader.Load(model, weights);
        }

        if (AdapterFolder.Exists(folder))
        {
            AdapterFolder.MergeInto(model, folder);
        }

        Cast(model, type);
        model.to(place);
        model.eval();
        return Detach(model);
    }

    private static MmInterleaved Cast(MmInterleaved model, ScalarType type)
    {
        if (type != ScalarType.Float32)
        {
            model.to(type);
            model.ImageDecoder.Decoder.Vae.to(ScalarType.Float32);
        }

        return model;
    }

    private static MmInterleaved Detach(MmInterleaved model)
    {
        foreach (var tensor in model.parameters().Concat(model.buffers()))
        {
            tensor.DetachFromDisposeScope();
        }

        return model;
    }
}
