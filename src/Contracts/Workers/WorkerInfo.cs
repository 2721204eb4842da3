namespace MmiGrains.Contracts.Workers;

/// <summary>A worker and how busy it is.</summary>
/// <param name="Key">Its grain's key: the silo's address, '/', the device.</param>
/// <param name="Role">What it offers.</param>
/// <param name="Model">Hash of the weights that it runs.</param>
[GenerateSerializer, Immutable, Alias("mmi.WorkerInfo")]
public sealed record WorkerInfo([property: Id(0)] string Key, [property: Id(1)] WorkerRole Role, [property: Id(2)] string Model)
{
    /// <summary>Requests that it has.</summary>
    [Id(3)]
    public int Open { get; init; }

    /// <summary>Requests that it works on at the same time, at most.</summary>
    [Id(4)]
    public int Slots { get; init; } = 1;

    /// <summary>Requests that it takes at most, those that wait included.</summary>
    [Id(5)]
    public int Limit { get; init; } = 1;

    /// <summary>Share of its memory that is free, 0 to 1.</summary>
    [Id(6)]
    public double FreeShare { get; init; } = 1;

    /// <summary>Whether it takes no new requests: its silo is about to leave.</summary>
    [Id(7)]
    public bool IsDraining { get; init; }

    /// <summary>Whether new turns use its model, as the directory knows.</summary>
    [Id(8)]
    public bool IsServing { get; init; }

    /// <summary>What it did in a second, lately: images encoded, tokens chosen, denoising steps of images.</summary>
    [Id(9)]
    public double Rate { get; init; }

    /// <summary>Bytes of encoded images that its silo holds; told by encoders.</summary>
    [Id(10)]
    public long CacheBytes { get; init; }

    /// <summary>Bytes that they may take.</summary>
    [Id(11)]
    public long CacheLimit { get; init; }

    /// <summary>Requests that ended in a second, over the last half minute.</summary>
    [Id(12)]
    public double EndRate { get; init; }
}
