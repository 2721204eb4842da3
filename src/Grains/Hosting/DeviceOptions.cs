using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;
using MmiGrains.Model.Engines.ImageEncoding;

namespace MmiGrains.Grains.Hosting;

/// <summary>What a silo's device does.</summary>
public sealed record DeviceOptions
{
    /// <summary>What the silo offers.</summary>
    public WorkerRole Roles { get; init; }

    /// <summary>Folder of the model.</summary>
    public string Model { get; init; } = Path.Combine("models", "mini");

    /// <summary>The device's name.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How the language model's weights are kept.</summary>
    public WeightFormat Format { get; init; } = WeightFormat.Float32;

    /// <summary>Bytes of image features that the silo keeps.</summary>
    public long FeatureBytes { get; init; } = 512L << 20;

    /// <summary>Folder, of this silo's own, for image features that no longer fit in memory; null to encode them anew.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>Bytes that the folder's files may take.</summary>
    public long SpillBytes { get; init; } = 8L << 30;

    /// <summary>Folder of training jobs that are begun over HTTP, best one that all silos share: their recipes' paths lead from it.</summary>
    public string TrainingFolder { get; init; } = Path.Combine("data", "training");

    /// <summary>Folder of models that were promoted, shared by all silos.</summary>
    public string PromotedFolder { get; init; } = Path.Combine("data", "models");

    /// <summary>What the cluster serves in the place of <see cref="Model"/>; null where nothing was promoted.</summary>
    public ModelRef? Promoted { get; init; }

    /// <summary>How long nothing of the cluster may be using a model that another has followed before a silo unloads it.</summary>
    public TimeSpan RetireTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that leaves waits for what it is doing.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where a step takes longer the device is taken for hung: the silo is not ready, and what the device has begun is given to others.</summary>
    public TimeSpan StepTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limits of the decoder.</summary>
    public DecoderOptions Decoder { get; init; } = new();

    /// <summary>Limits of the painter.</summary>
    public DiffusionOptions Diffusion { get; init; } = new();

    /// <summary>Limits of the encoder.</summary>
    public EncoderOptions Encoder { get; init; } = new();
}
