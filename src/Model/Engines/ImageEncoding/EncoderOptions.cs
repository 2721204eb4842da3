namespace MmiGrains.Model.Engines.ImageEncoding;

/// <summary>Limits of an encoder engine.</summary>
public sealed record EncoderOptions
{
    /// <summary>Images that are encoded together.</summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>Images that may wait.</summary>
    public int MaxWaiting { get; init; } = 256;
}
