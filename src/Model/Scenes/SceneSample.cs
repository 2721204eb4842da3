using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes;

/// <summary>A sample together with what is true of it.</summary>
/// <param name="Data">What is trained on, or asked.</param>
/// <param name="Task">What it is about.</param>
/// <param name="Split">What it is for.</param>
/// <param name="Index">Which one of its task and split it is.</param>
/// <param name="Truth">What an answer is judged by.</param>
public sealed record SceneSample(DataSample Data, SceneTask Task, SceneSplit Split, long Index, SceneTruth Truth);
