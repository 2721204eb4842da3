using MmiGrains.Model.Metrics;

namespace MmiGrains.Model.Evaluation;

/// <summary>One figure of an evaluation.</summary>
/// <param name="Name">What it measures.</param>
/// <param name="Value">The figure and its 95 % interval.</param>
/// <param name="Target">What the small world's specification hopes for; null where it names nothing.</param>
/// <param name="Reader">The same figure where the true pictures are judged instead of painted ones: the reader's own error; null for texts.</param>
/// <param name="Count">Samples.</param>
public sealed record SceneMeasure(string Name, Interval Value, double? Target, double? Reader, int Count);
