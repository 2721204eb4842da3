namespace MmiGrains.Contracts.Serving;

/// <summary>Which models silos shall have loaded.</summary>
/// <param name="Current">Answers new turns; null where every silo serves what it was started with.</param>
/// <param name="Next">Is being loaded, to answer once all have it; null for none.</param>
[GenerateSerializer, Immutable, Alias("mmi.ModelPlan")]
public sealed record ModelPlan([property: Id(0)] ModelRef? Current, [property: Id(1)] ModelRef? Next)
{
    /// <summary>Nothing was ever promoted.</summary>
    public static ModelPlan None { get; } = new(null, null);
}
