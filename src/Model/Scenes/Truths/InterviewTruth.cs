using System.Text.Json.Serialization;

namespace MmiGrains.Model.Scenes.Truths;

/// <summary>Many questions about one picture.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Answers">The questions, in order.</param>
/// <param name="Boxes">The phrases whose boxes were asked for, in order.</param>
public sealed record InterviewTruth([property: JsonIgnore] Scene Scene, IReadOnlyList<AnswerTruth> Answers, IReadOnlyList<ReferTruth> Boxes)
    : SceneTruth([Scene]);
