using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Evaluation;

/// <summary>Samples of one task to look at: what was given, what the model made of it, what is true.</summary>
/// <param name="Name">The task and split.</param>
/// <param name="Rows">One row a sample.</param>
public sealed record EvaluationSheet(string Name, IReadOnlyList<IReadOnlyList<ContactSheetCell>> Rows);
