namespace MmiGrains.Model.LowRank;

/// <summary>Low-rank adapters (arXiv 2106.09685).</summary>
public sealed record LoraConfig
{
    /// <summary>Rank of an adapter.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>An adapter's product is scaled by this over the rank.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Parts of names: a linear layer whose name contains one gets an adapter.</summary>
    public IReadOnlyList<string> Targets { get; init; } = ["q_proj", "v_proj"];
}
