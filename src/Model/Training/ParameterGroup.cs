using TorchSharp.Modules;

namespace MmiGrains.Model.Training;

/// <summary>Parameters that share learning rate and weight decay.</summary>
/// <param name="Lr">Learning rate.</param>
/// <param name="WeightDecay">Weight decay; 0 for parameters that do not decay.</param>
/// <param name="Members">Name and parameter.</param>
public sealed record ParameterGroup(double Lr, double WeightDecay, IReadOnlyList<(string Name, Parameter Parameter)> Members);
