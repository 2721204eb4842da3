using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Scenes.Tasks;

/// <summary>Changes scenes by one thing. A change that is not possible, or whose combination the split does not allow, is null.</summary>
internal static class SceneEditing
{
    /// <summary>The scene after a random change of one kind to one object; without an index to the background, or an object more.</summary>
    public static Scene? Change(SceneComposer composer, Scene scene, EditKind kind, int? target)
    {
        if (target is { } index)
        {
            var item = scene.Objects[index];
            var changed = Change(composer, scene, item, kind);
            if (kind == EditKind.Remove)
            {
                return scene.Objects.Count == 1 ? null : scene with { Objects = [.. scene.Objects.Where((_, i) => i != index)] };
            }

            return changed == item || !IsAllowed(composer.Split, changed) ? null : scene.WithObject(index, changed);
        }

        if (kind == EditKind.Background)
        {
            return scene with { Background = composer.Until(composer.Background, background => background != scene.Background) };
        }

        return scene.Objects.Count == Scene.MaxObjects ? null : scene with { Objects = [.. scene.Objects, composer.Object(scene.Objects)] };
    }

    private static SceneObject Change(SceneComposer composer, Scene scene, SceneObject item, EditKind kind)
    {
        var random = composer.Random;
        return kind switch
        {
            EditKind.Recolour => item with { Colour = random.Any<ObjectColour>() },
            EditKind.Refill => item with { Fill = random.Any<ObjectFill>() },
            EditKind.Resize => item.Resized(item.Size == ObjectSize.Small ? ObjectSize.Big : ObjectSize.Small),
            EditKind.Move => item with { Place = composer.FreePlace(scene.Objects) },
            EditKind.AddMark when item.Mark == ObjectMark.None => item with { Mark = random.Pick(ObjectMark.Dot, ObjectMark.Bar) },
            EditKind.RemoveMark => item with { Mark = ObjectMark.None },
            _ => item,
        };
    }

    // A changed combination is never held out in training. Whatever changes in the compositional split had one that was, and loses it.
    private static bool IsAllowed(SceneSplit split, SceneObject changed) =>
        split == SceneSplit.Compositional || HeldOutCombinations.Allow(split, changed);
}
