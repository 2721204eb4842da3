namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Sentences that describe scenes. What <see cref="Full"/> writes, <see cref="CaptionParser"/> reads.</summary>
internal static class CaptionWriter
{
    /// <summary>Everything about every object, from the top left to the bottom right, and the background. Absent marks are not mentioned.</summary>
    public static string Full(SceneRandom random, Scene scene)
    {
        var items = scene.Objects.OrderBy(item => item.Place).Select(Whole).ToList();
        return random.Weighted(30, 20, 20, 15, 15) switch
        {
            0 => $"{Opening(random)}{Phrases.List(Each(random, items))} {random.Pick("on", "in front of", "before")} {Phrases.Some(random, scene.Background)}.",
            1 => $"{Opening(random)}{Phrases.List(Each(random, items))}. {Phrases.Sentence(random, scene.Background)}.",
            2 => $"on {Phrases.Some(random, scene.Background)} {random.Pick("there is", "you can see", "we see", "lies")} {Phrases.List(Each(random, items))}.",
            3 => $"{Phrases.Sentence(random, scene.Background)}. {string.Join(". ", Each(random, items))}.",
            _ => $"{string.Join("; ", items.Select(item => PlaceFirst(random, item)))}. {Phrases.Sentence(random, scene.Background)}.",
        };
    }

    /// <summary>Everything about every object, and nothing of the background.</summary>
    public static string Objects(SceneRandom random, Scene scene) =>
        $"{Opening(random)}{Phrases.List(Each(random, [.. scene.Objects.OrderBy(item => item.Place).Select(Whole)]))}.";

    /// <summary>Some of what there is to say: the shapes and now and then more.</summary>
    public static string Short(SceneRandom random, Scene scene)
    {
        var items = scene.Objects.OrderBy(item => item.Place).Select(item => Some(random, item, likelihood: 50)).ToList();
        var background = random.Chance(35) ? $" on {Phrases.Some(random, scene.Background)}" : "";
        return $"{Opening(random)}{Phrases.List(Each(random, items))}{background}.";
    }

    /// <summary>The shape, and each other attribute so many times in a hundred; a missing mark is seldom mentioned.</summary>
    public static ObjectDescription Some(SceneRandom random, SceneObject item, int likelihood)
    {
        var named = ObjectAttributes.Shape;
        foreach (var attribute in (ReadOnlySpan<ObjectAttributes>)[ObjectAttributes.Colour, ObjectAttributes.Size, ObjectAttributes.Fill, ObjectAttributes.Place])
        {
            named |= random.Chance(likelihood) ? attribute : 0;
        }

        named |= random.Chance(item.Mark == ObjectMark.None ? likelihood / 6 : likelihood) ? ObjectAttributes.Mark : 0;
        return ObjectDescription.Of(item, named);
    }

    /// <summary>Every attribute, but for a mark that is not there.</summary>
    public static ObjectDescription Whole(SceneObject item) =>
        ObjectDescription.Of(item, item.Mark == ObjectMark.None ? ObjectAttributes.All & ~ObjectAttributes.Mark : ObjectAttributes.All);

    private static string Opening(SceneRandom random) => random.Weighted(40, 60) == 0
        ? ""
        : random.Pick("there is ", "this is ", "here is ", "this picture shows ", "the picture has ", "you can see ", "i see ", "we see ");

    private static List<string> Each(SceneRandom random, IReadOnlyList<ObjectDescription> items) =>
        [.. items.Select(item => Phrases.Some(random, item))];

    private static string PlaceFirst(SceneRandom random, ObjectDescription item) =>
        $"{Phrases.At(random, item.Place!.Value)} there is {Phrases.Some(random, item with { Place = null })}";
}
