namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>Scenes with so many objects of a kind.</summary>
internal static class Counting
{
    // Of held-out combinations two attributes may decide the third, and then nothing is only nearly as described.
    private const int MostNearAttempts = 1000;

    private const ObjectAttributes Details = ObjectAttributes.Fill | ObjectAttributes.Mark;

    /// <summary>One attribute or two that things are counted by; never their places, and never the absence of marks.</summary>
    public static ObjectDescription Describe(SceneComposer composer)
    {
        var named = composer.Random.Pick(
            ObjectAttributes.Shape, ObjectAttributes.Shape, ObjectAttributes.Colour, ObjectAttributes.Fill, ObjectAttributes.Size,
            ObjectAttributes.Mark, ObjectAttributes.Shape | ObjectAttributes.Colour, ObjectAttributes.Shape | ObjectAttributes.Fill,
            ObjectAttributes.Shape | ObjectAttributes.Mark, ObjectAttributes.Colour | ObjectAttributes.Size);
        var example = composer.Object([], item => item.Mark == ObjectMark.None ? item with { Mark = composer.Random.Pick(ObjectMark.Dot, ObjectMark.Bar) } : item);
        return ObjectDescription.Of(example, named);
    }

    /// <summary>The same, rather of what is there than of what is not.</summary>
    public static ObjectDescription Describe(SceneComposer composer, Func<SceneObject> pick)
    {
        var counted = Describe(composer);
        if (!composer.Random.Chance(75))
        {
            return counted;
        }

        var item = pick();
        return ObjectDescription.Of(item, item.Mark == ObjectMark.None ? (counted.Named & ~ObjectAttributes.Mark) | ObjectAttributes.Shape : counted.Named);
    }

    /// <summary>Whether fills or marks are among what is said.</summary>
    public static bool IsDetail(ObjectDescription said) => (said.Named & Details) != 0;

    /// <summary>A scene in which exactly <paramref name="wanted"/> objects are as described, and some others are nearly so.</summary>
    public static Scene Scene(SceneComposer composer, ObjectDescription described, int wanted, int others)
    {
        var items = new List<SceneObject>();
        for (var i = 0; i < wanted + others; i++)
        {
            items.Add(i < wanted ? composer.Object(items, described.Apply) : Unlike(composer, items, described));
        }

        return new Scene(composer.Background(), composer.Random.Shuffled(items));
    }

    /// <summary>An object that is not as described; about half of them are, but for one attribute.</summary>
    public static SceneObject Unlike(SceneComposer composer, IReadOnlyList<SceneObject> others, ObjectDescription described)
    {
        var random = composer.Random;
        return composer.Until(
            () => composer.Object(others, item => random.Chance(50) ? Without(random, described).Apply(item) : item),
            item => !described.Matches(item));
    }

    private static ObjectDescription Without(SceneRandom random, ObjectDescription described)
    {
        var named = described.Named;
        var dropped = random.PickFrom(Enum.GetValues<ObjectAttributes>().Where(one => int.IsPow2((int)one) && named.HasFlag(one)).ToList());
        return dropped switch
        {
            ObjectAttributes.Shape => described with { Shape = null },
            ObjectAttributes.Colour => described with { Colour = null },
            ObjectAttributes.Size => described with { Size = null },
            ObjectAttributes.Fill => described with { Fill = null },
            ObjectAttributes.Place => described with { Place = null },
            _ => described with { Mark = null },
        };
    }
}
