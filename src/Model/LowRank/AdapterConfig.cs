namespace MmiGrains.Model.LowRank;

/// <summary><c>adapter_config.json</c>, with PEFT's names for what there is to say.</summary>
public sealed record AdapterConfig
{
    /// <summary>The only kind there is.</summary>
    public const string Lora = "LORA";

    /// <summary>Kind of adapters.</summary>
    public string PeftType { get; init; } = Lora;

    /// <summary>Rank.</summary>
    public int R { get; init; }

    /// <summary>B A is multiplied by this over the rank.</summary>
    public double LoraAlpha { get; init; }

    /// <summary>Parts of layers' names.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];
}
