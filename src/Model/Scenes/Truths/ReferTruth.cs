using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes.Truths;

/// <summary>A phrase that means one object, and where that is.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Target">The object's index.</param>
/// <param name="Box">The smallest rectangle around it.</param>
public sealed record ReferTruth([property: JsonIgnore] Scene Scene, int Target, Box Box) : SceneTruth([Scene]);
