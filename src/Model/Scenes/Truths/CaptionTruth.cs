using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes.Truths;

/// <summary>The caption names everything in its one scene; what of marks it does not mention is not there.</summary>
public sealed record CaptionTruth([property: JsonIgnore] Scene Scene) : SceneTruth([Scene]);
