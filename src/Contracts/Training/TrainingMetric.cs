namespace MmiGrains.Contracts.Training;

/// <summary>Numbers of a step.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Stage">The stage's name.</param>
/// <param name="Split"><c>train</c> or <c>validation</c>.</param>
/// <param name="Values">By name.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainingMetric")]
public sealed record TrainingMetric(
    [property: Id(0)] long Step, [property: Id(1)] string Stage, [property: Id(2)] string Split, [property: Id(3)] IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Orders metrics: a step's own before its validation.</summary>
    public long Sequence => (2 * Step) + (Split == "validation" ? 1 : 0);
}
