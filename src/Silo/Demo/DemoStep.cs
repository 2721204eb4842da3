using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Silo.Demo;

/// <summary>One turn of the demonstration.</summary>
/// <param name="Text">What is said.</param>
internal sealed record DemoStep(string Text)
{
    /// <summary>A picture that is shown with it; null for none.</summary>
    public SceneImage? Picture { get; init; }

    /// <summary>The right answer, where there is one.</summary>
    public string? Truth { get; init; }

    /// <summary>Pictures in the answer, at most.</summary>
    public int MaxImages { get; init; }

    /// <summary>Whether the answer begins with a picture.</summary>
    public bool ImageFirst { get; init; }

    /// <summary>The conversation: a picture and two questions about it, what happens next, a question about that, and a story of two pages.</summary>
    /// <param name="seed">Which picture.</param>
    public static IReadOnlyList<DemoStep> All(long seed)
    {
        var asked = (AnswerTruth)SceneSamples.Get(SceneSplit.Test, SceneTask.Question, SceneSamples.FirstIndex(seed)).Truth;
        var scene = asked.Scenes[0];
        return
        [
            new(asked.Question) { Picture = new SceneImage(scene), Truth = asked.Answer },
            new("how many things are there?") { Truth = Count(scene.Objects.Count) },
            new("draw what happens next.") { MaxImages = 1 },
            new("what do you see?"),
            new("tell a story about Bo the star.") { MaxImages = 2 },
            new("and then?") { MaxImages = 1 },
        ];
    }

    private static string Count(int things) => things switch { 1 => "one", 2 => "two", 3 => "three", _ => "four" };
}
