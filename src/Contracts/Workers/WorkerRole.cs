namespace MmiGrains.Contracts.Workers;

/// <summary>What a silo offers.</summary>
[Flags]
public enum WorkerRole
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>HTTP.</summary>
    Frontend = 1,

    /// <summary>Images to features.</summary>
    Encoder = 2,

    /// <summary>Sequences to tokens.</summary>
    Decoder = 4,

    /// <summary>Prompts to images.</summary>
    Diffusion = 8,

    /// <summary>Training.</summary>
    Trainer = 16,
}
