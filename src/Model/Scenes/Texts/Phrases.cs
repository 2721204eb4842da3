namespace MmiGrains.Model.Scenes.Texts;

/// <summary>Objects, places and backgrounds as parts of sentences.</summary>
internal static class Phrases
{
    private const string AnyShape = "thing";

    /// <summary>"a small striped red star with a black dot at the top left": whatever the description has, and nothing else.</summary>
    public static string Some(SceneRandom random, ObjectDescription item)
    {
        var phrase = Noun(random, item, mayTrail: true);
        return $"{(phrase[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {phrase}";
    }

    /// <summary>The same as something that is known already: "the small red star".</summary>
    public static string The(SceneRandom random, ObjectDescription item) => $"the {Noun(random, item, mayTrail: false)}";

    /// <summary>Several: "small red stars".</summary>
    public static string Several(SceneRandom random, ObjectDescription item)
    {
        var noun = item.Shape is { } shape ? Words.Of(shape) : AnyShape;
        return Join(Adjectives(random, item), noun.EndsWith('s') ? noun + "es" : noun + "s") + Details(random, item);
    }

    /// <summary>Where something is: "at the top left", "in the centre".</summary>
    public static string At(SceneRandom random, Place place) => place switch
    {
        Place.Centre => "in the centre",
        Place.Left or Place.Right => $"on the {Words.Of(place)}",
        Place.Top or Place.Bottom => $"at the {Words.Of(place)}",
        _ => random.Chance(70) ? $"at the {Words.Of(place)}" : $"in the {Words.Of(place)} corner",
    };

    /// <summary>Where something goes: "to the top left".</summary>
    public static string To(Place place) => $"to the {Words.Of(place)}";

    /// <summary>A background as a noun: "a mint background", "sky and mint checks".</summary>
    public static string Some(SceneRandom random, Background background)
    {
        var (first, second) = Colours(background);
        return background.Kind switch
        {
            BackgroundKind.Gradient => random.Pick($"a {first} to {second} gradient", $"a gradient from {first} to {second}"),
            BackgroundKind.Checks => random.Pick($"{first} and {second} checks", $"a background of {first} and {second} checks"),
            _ => $"a {first} background",
        };
    }

    /// <summary>A background as a sentence without its end: "the background is mint".</summary>
    public static string Sentence(SceneRandom random, Background background)
    {
        var (first, second) = Colours(background);
        return background.Kind switch
        {
            BackgroundKind.Gradient => random.Pick($"the background is a gradient from {first} to {second}", $"the background is a {first} to {second} gradient"),
            BackgroundKind.Checks => random.Pick($"the background has {first} and {second} checks", $"behind are {first} and {second} checks"),
            _ => random.Pick($"the background is {first}", $"all around it is {first}"),
        };
    }

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string List(IReadOnlyList<string> parts) =>
        parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";

    private static (string First, string? Second) Colours(Background background) =>
        (Words.Of(background.First), background.Second is { } second ? Words.Of(second) : null);

    private static string Noun(SceneRandom random, ObjectDescription item, bool mayTrail)
    {
        var adjectives = Adjectives(random, item);
        var noun = item.Shape is { } shape ? Words.Of(shape) : AnyShape;
        var phrase = mayTrail && adjectives.Count > 1 && random.Chance(12)
            ? $"{noun} that is {List(adjectives)}"
            : Join(adjectives, noun);
        return phrase + Details(random, item);
    }

    private static List<string> Adjectives(SceneRandom random, ObjectDescription item)
    {
        var adjectives = new List<string>();
        if (item.Size is { } size)
        {
            adjectives.Add(Words.Of(size));
        }

        if (item.Fill is { } fill)
        {
            adjectives.Add(Words.Of(fill));
        }

        if (item.Colour is { } colour)
        {
            adjectives.Insert(random.Chance(70) ? adjectives.Count : Math.Min(adjectives.Count, item.Size is null ? 0 : 1), Words.Of(colour));
        }

        return adjectives;
    }

    private static string Details(SceneRandom random, ObjectDescription item)
    {
        var mark = item.Mark switch
        {
            null => "",
            ObjectMark.None => " without a mark",
            { } some => $" with a black {Words.Of(some)}",
        };
        return item.Place is { } place ? $"{mark} {At(random, place)}" : mark;
    }

    private static string Join(IReadOnlyList<string> adjectives, string noun) => string.Join(' ', [.. adjectives, noun]);
}
