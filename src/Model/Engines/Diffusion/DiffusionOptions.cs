namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>Limits of a diffusion engine.</summary>
public sealed record DiffusionOptions
{
    /// <summary>Images that are painted at the same time.</summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>Images that may wait.</summary>
    public int MaxWaiting { get; init; } = 64;
}
