namespace MmiGrains.Silo.Experiments;

/// <summary>What was found of a variant.</summary>
/// <param name="Name">The variant's.</param>
/// <param name="Parameters">Numbers that its file holds.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Training">What they took.</param>
/// <param name="Measuring">What the evaluation took.</param>
/// <param name="ImageLoss">Mean squared error of v on the validation split.</param>
/// <param name="TextLoss">Nats a token on the validation split.</param>
/// <param name="Measures">The evaluation's figures by name, with their 95 % intervals.</param>
internal sealed record VariantResult(
    string Name, long Parameters, long Steps, MeasuredProcess Training, MeasuredProcess Measuring, double ImageLoss, double TextLoss,
    IReadOnlyDictionary<string, VariantMeasure> Measures);
