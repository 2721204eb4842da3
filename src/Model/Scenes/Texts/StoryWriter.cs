using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Sentences of stories. They never give a character's colour, fill or mark.</summary>
internal static class StoryWriter
{
    private static readonly string[] Names = ["Bo", "Ada", "Kim", "Max", "Lia", "Tom", "Zoe", "Ben", "Mia", "Sam", "Eva", "Leo"];

    public static string Name(SceneRandom random) => random.PickFrom(Names);

    /// <summary>Presents the character, by its shape or only by name.</summary>
    public static string Opening(SceneRandom random, string name, ObjectShape shape)
    {
        var kind = Words.Of(shape);
        return random.Pick(
            $"this is {name} the {kind}.", $"meet {name}, a {kind}.", $"here is {name}.", $"this is {name}.", $"a {kind} called {name}.",
            $"this story is about {name}.", $"this story is about {name} the {kind}.");
    }

    /// <summary>What happens between two pictures.</summary>
    public static string Event(SceneRandom random, string name, Scene before, Scene after, SceneEdit edit)
    {
        var when = random.Pick("", "", "", "now ", "then ", "next ", "after that ");
        return when + edit.Kind switch
        {
            EditKind.Move => $"{name} {random.Pick("goes", "moves", "runs", "walks")} {Phrases.To(after.Objects[0].Place)}",
            EditKind.Resize => Growth(random, name, after.Objects[0].Size),
            EditKind.Add => Arrival(random, name, Phrases.Some(random, edit.Named!)),
            EditKind.Remove => $"{Other(random, before, edit.Target!.Value)} {random.Pick("goes away", "leaves")}",
            EditKind.Background => Phrases.Sentence(random, after.Background),
            _ => throw new ArgumentOutOfRangeException(nameof(edit), edit.Kind, "Stories have no such event."),
        } + ".";
    }

    private static string Growth(SceneRandom random, string name, ObjectSize size) => size == ObjectSize.Big
        ? random.Pick($"{name} grows", $"{name} gets big", $"{name} is big")
        : random.Pick($"{name} shrinks", $"{name} gets small", $"{name} is small");

    private static string Arrival(SceneRandom random, string name, string other) =>
        random.Pick($"{name} meets {other}", $"{other} comes", $"{name} sees {other}", $"{name} finds {other}");

    private static string Other(SceneRandom random, Scene scene, int index) =>
        Phrases.The(random, ObjectDescription.Unambiguous(random, scene, index, ObjectAttributes.All)!);
}
