namespace MmiGrains.Model.Diffusion;

/// <summary>How the UNet looks at images; the defaults are MM-Interleaved's at 512 pixels.</summary>
public sealed record MmfsNetConfig
{
    /// <summary>Sides of the levels that are used, large to small.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [64, 32, 16, 8];

    /// <summary>Channels of a projected value, whatever the block's width.</summary>
    public int AttnDim { get; init; } = 1024;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Sampling points per head and level.</summary>
    public int Points { get; init; } = 8;

    /// <summary>Rows of the table of relative image positions.</summary>
    public int MaxImages { get; init; } = 10;

    /// <summary>Epsilon of the blocks' layer norms.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>Side of the stored position tables: that of the latents.</summary>
    public int PosGrid { get; init; } = 64;

    /// <summary>The side in whose pixels an offset is measured: for skip connections 0 to 2, 3 to 5, and so on; the last for the middle.</summary>
    public IReadOnlyList<int> BaseLevels { get; init; } = [64, 32, 16, 8];

    /// <summary>How far apart a fresh model's points start.</summary>
    public double OffsetInit { get; init; } = 1.0;
}
