namespace MmiGrains.Model.Diffusion;

/// <summary>Stable Diffusion's UNet; the defaults are 2.1 base's. Linear projections surround the transformers.</summary>
public sealed record UNetConfig
{
    /// <summary>Side of the latents that it was trained for.</summary>
    public int SampleSize { get; init; } = 64;

    /// <summary>Channels of the latents that go in.</summary>
    public int InChannels { get; init; } = 4;

    /// <summary>Channels that come out.</summary>
    public int OutChannels { get; init; } = 4;

    /// <summary>Whether the time embedding is [cos | sin] rather than [sin | cos].</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Taken off the divisor of the time frequencies.</summary>
    public double FreqShift { get; init; }

    /// <summary>Kind of each level on the way down: <c>CrossAttnDownBlock2D</c> or <c>DownBlock2D</c>.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>Kind of each level on the way up: <c>CrossAttnUpBlock2D</c> or <c>UpBlock2D</c>.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Channels of each level.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    /// <summary>Residual blocks per level on the way down; one more on the way up.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Groups of the group norms.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Epsilon of the residual blocks' group norms.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Channels of the conditioning.</summary>
    public int CrossAttentionDim { get; init; } = 1024;

    /// <summary>Number of heads per level; the name is diffusers'.</summary>
    public IReadOnlyList<int> AttentionHeadDim { get; init; } = [5, 10, 20, 20];

    /// <summary>Channels of every skip connection, first to last: the first convolution, then each level's blocks and downsampler.</summary>
    public IReadOnlyList<int> SkipChannels()
    {
        var channels = new List<int> { BlockOutChannels[0] };
        for (var level = 0; level < BlockOutChannels.Count; level++)
        {
            var last = level == BlockOutChannels.Count - 1;
            channels.AddRange(Enumerable.Repeat(BlockOutChannels[level], LayersPerBlock + (last ? 0 : 1)));
        }

        return channels;
    }
}
