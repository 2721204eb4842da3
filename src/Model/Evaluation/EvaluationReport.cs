namespace MmiGrains.Model.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Measures">The figures, in the order of the specification's table.</param>
/// <param name="Sheets">Samples to look at.</param>
public sealed record EvaluationReport(IReadOnlyList<SceneMeasure> Measures, IReadOnlyList<EvaluationSheet> Sheets);
