namespace MmiGrains.Model.Scenes;

/// <summary>Draws the records of one sample, in one split.</summary>
internal sealed class SceneComposer(SceneRandom random, SceneSplit split)
{
    private const int MaxAttempts = 10_000;

    public SceneRandom Random => random;

    public SceneSplit Split => split;

    /// <summary>Any scene of one to four objects, some of them alike.</summary>
    public Scene Scene() => Scene(1 + random.Weighted(25, 35, 25, 15));

    /// <summary>Any scene of so many objects.</summary>
    public Scene Scene(int count)
    {
        var items = new List<SceneObject>();
        for (var i = 0; i < count; i++)
        {
            items.Add(Object(items));
        }

        return new Scene(Background(), items);
    }

    /// <summary>Any background: plain for one half, a gradient or checks for the other.</summary>
    public Background Background()
    {
        var first = random.Any<BackgroundColour>();
        var second = random.Any<BackgroundColour>();
        var kind = (BackgroundKind)random.Weighted(50, 25, 25);
        return kind == BackgroundKind.Plain || first == second
            ? new Background(BackgroundKind.Plain, first)
            : new Background(kind, first, second);
    }

    /// <summary>An object for a free place beside others; in one case of three with the shape or colour of one of them.</summary>
    public SceneObject Object(IReadOnlyList<SceneObject> others) => Object(others, item => item);

    /// <summary>The same, changed by <paramref name="shape"/>; drawn again until the split allows its combination.</summary>
    public SceneObject Object(IReadOnlyList<SceneObject> others, Func<SceneObject, SceneObject> shape)
    {
        return Until(() => shape(Draw(others)), item => HeldOutCombinations.Allow(split, item) && others.All(other => other.Place != item.Place));
    }

    /// <summary>A place that no object has.</summary>
    public Place FreePlace(IReadOnlyList<SceneObject> others) =>
        random.PickFrom([.. Places.All.Where(place => others.All(other => other.Place != place))]);

    /// <summary>The first thing drawn that will do.</summary>
    public T Until<T>(Func<T?> draw, Func<T, bool>? isRight = null) where T : class
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (draw() is { } drawn && isRight?.Invoke(drawn) != false)
            {
                return drawn;
            }
        }

        throw new InvalidOperationException($"Nothing fitting was drawn in {MaxAttempts} attempts.");
    }

    private SceneObject Draw(IReadOnlyList<SceneObject> others)
    {
        var size = random.Any<ObjectSize>();
        var most = ObjectLayout.MaxShift(size);
        var item = new SceneObject(
            random.Any<ObjectShape>(), random.Any<ObjectColour>(), size, random.Any<ObjectFill>(), FreePlace(others),
            (ObjectMark)random.Weighted(50, 25, 25))
        {
            ShiftX = random.Between(-most, most),
            ShiftY = random.Between(-most, most),
            Turn = random.PickFrom(ObjectLayout.Turns),
        };
        if (others.Count == 0 || !random.Chance(33))
        {
            return item;
        }

        var other = random.PickFrom(others);
        return random.Chance(50) ? item with { Shape = other.Shape } : item with { Colour = other.Colour };
    }
}
