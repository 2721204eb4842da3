using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes.Truths;

/// <summary>One instruction carried out.</summary>
/// <param name="Before">The scene of the first image.</param>
/// <param name="After">The scene of the second; all but the change is as it was.</param>
/// <param name="Edit">The change.</param>
public sealed record EditTruth([property: JsonIgnore] Scene Before, [property: JsonIgnore] Scene After, SceneEdit Edit) : SceneTruth([Before, After]);
