namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Questions about several images.</summary>
internal static class ImagesWriter
{
    public static string Which(SceneRandom random, string something) =>
        random.Pick($"which image has {something}?", $"which picture shows {something}?", $"in which image do you see {something}?");

    /// <summary>What <see cref="Which"/> is answered by, from 0.</summary>
    public static string Answer(int index) => $"the {Words.Ordinal(index)}";

    /// <summary>A question about one image, with the number of which one.</summary>
    public static string One(SceneRandom random, int index, string question)
    {
        var ordinal = Words.Ordinal(index);
        return random.Pick($"in the {ordinal} image, {question}", $"look at the {ordinal} picture. {question}", $"{question[..^1]} in the {ordinal} image{question[^1]}");
    }

    public static string Change(SceneRandom random, int first, int second)
    {
        var (one, other) = (Words.Ordinal(first), Words.Ordinal(second));
        return random.Pick(
            $"what changed between the {one} and the {other} image?", $"what is different from the {one} to the {other} picture?",
            $"the {one} image became the {other}. what changed?");
    }

    public static string Total(SceneRandom random, string things) =>
        random.Pick($"how many {things} are there in all?", $"how many {things} do all images have?", $"count the {things} in all images.");

    public static string Same(SceneRandom random, int first, int second)
    {
        var (one, other) = (Words.Ordinal(first), Words.Ordinal(second));
        return random.Pick(
            $"are the {one} and the {other} image the same or different?", $"is the {other} picture the same as the {one} or different?");
    }
}
