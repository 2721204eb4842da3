using MmiGrains.Model.Interleaved;
using static TorchSharp.torch;

namespace MmiGrains.Grains.Workers;

/// <summary>What decides over an image's features, apart from the image.</summary>
public static class EncoderIdentity
{
    /// <summary>Counts up with every change of what is done to pixels before the network sees them.</summary>
    public const int PreprocessingVersion = 1;

    /// <summary>Names an encoder.</summary>
    /// <param name="weights">Hash of the model's weights.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="type">Type of the activations.</param>
    public static string Of(string weights, MmInterleavedConfig config, ScalarType type) =>
        $"{weights}.p{PreprocessingVersion}.{config.ImageResolutionEncoder}.{type.ToString().ToLowerInvariant()}";

    /// <summary>Hash of the weights of an encoder.</summary>
    public static string WeightsOf(string encoder) => encoder[..encoder.IndexOf('.', StringComparison.Ordinal)];
}
