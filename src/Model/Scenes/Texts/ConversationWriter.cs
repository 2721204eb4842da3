using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Scenes.Texts;

/// <summary>What someone says in a conversation about pictures, beside questions and instructions.</summary>
internal static class ConversationWriter
{
    /// <summary>Asks for a caption.</summary>
    public static string Describe(SceneRandom random) => random.Pick(
        "describe the picture.", "what is in the picture?", "what do you see?", "tell me what you see.", "describe it.", "what does the picture show?");

    /// <summary>Asks for the next picture.</summary>
    public static string Next(SceneRandom random) => random.Pick(
        "draw what happens next.", "what happens next?", "show what happens next.", "and then?", "paint what happens next.", "draw the next picture.");

    /// <summary>Asks for a story.</summary>
    public static string Story(SceneRandom random, string name, ObjectShape shape)
    {
        var who = random.Pick(name, $"{name} the {Words.Of(shape)}", $"a {Words.Of(shape)} called {name}");
        return random.Pick($"tell a story about {who}.", $"tell me a story about {who}.", $"write a story about {who}.", $"a story about {who}, please.");
    }
}
